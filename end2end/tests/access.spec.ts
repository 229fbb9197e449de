// axe finds nothing on any page, light or dark, wide or narrow, in either language.
import AxeBuilder from "@axe-core/playwright";
import { expect, logIn, test } from "./desk";

const pages = ["/login", "/login?error=wrong", "/?open=none", "/?open=betinsport.example/imap_cert_san_993", "/?open=none&unfold=tls_policy", "/domains/betinsport.example", "/domains/new", "/domains/betinsport.example/edit", "/find?q=b", "/tickets", "/tickets?kind=mail_tls", "/tickets/1", "/events", "/events?event=1", "/audit", "/certificates", "/onboarding", "/onboarding?domain=betinsport.example", "/people", "/password", "/status"];

for (const scheme of ["light", "dark"] as const) {
  for (const width of [390, 1280]) {
    // The other language has other lengths, not other colours.
    for (const locale of scheme === "light" && width === 390 ? ["pt-BR", "en-GB"] : ["pt-BR"]) {
      test.describe(`${scheme}, ${width} px, ${locale}`, () => {
        test.use({ colorScheme: scheme, viewport: { width, height: 844 }, locale });

        test("every page", async ({ page, context, faults }) => {
          // A second a page on a quiet machine.
          test.setTimeout(240_000);
          for (const path of pages) {
            if (path.startsWith("/login")) await page.goto(path);
            else if ((await context.cookies()).some((cookie) => cookie.name === "desk")) await page.goto(path);
            else await logIn(page, path);
            const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
            const said = violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(" | ")}`);
            expect(said).toEqual([]);
          }
          // axe writes styles into the page, which the page's policy refuses, as it should.
          faults.length = 0;
        });

        test("no page is wider than its window", async ({ page }) => {
          await logIn(page, "/?open=none");
          for (const path of pages.slice(2)) {
            await page.goto(path);
            expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
          }
        });
      });
    }
  }
}

test("a page that does not exist says so in the same look", async ({ page, faults }) => {
  await logIn(page);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Esta página não existe");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const domain = await page.goto("/domains/not-watched.example");
  expect(domain?.status()).toBe(404);
  // The browser itself reports the two answers, and axe's styles are refused.
  faults.length = 0;
});
