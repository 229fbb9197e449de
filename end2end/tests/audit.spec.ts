// An audit gives every domain a score, says what it lacks, and shows how far it is while it runs.
import { request, type Page } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";
import { expect, lab, logIn, soon, test } from "./desk";

async function isForEverybody(page: Page, faults: string[]) {
  const axe = new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  expect((await axe.analyze()).violations).toEqual([]);
  // axe writes styles into the page, which the page's policy refuses, as it should.
  faults.length = 0;
}

const row = (page: Page, domain: string) => page.locator("table.scores tr", { hasText: domain });

test("before the first audit the page says when it comes and how to have it now", async ({ page, faults }) => {
  await logIn(page, "/audit");
  await expect(page.locator("#audit-state")).toContainText("Nenhuma auditoria terminou ainda");
  await expect(page.locator("#audit-state time.moment")).toHaveAttribute("datetime", /T04:00:00Z$/);
  await isForEverybody(page, faults);
});

test("an audit is begun, followed live, and says what costs each domain its points", async ({ page, faults }) => {
  await logIn(page, "/audit");
  await page.getByRole("button", { name: "Auditar agora" }).click();
  await expect(page.locator("#audit-state .figures")).toContainText("nota média", soon);
  await expect(page.locator("#audit-state progress")).toHaveCount(0);
  const broken = row(page, "dratcoin.example");
  await expect(broken.locator(".costs")).toContainText("IMAP TLS :993");
  await expect(row(page, "ligbox.example").locator(".score b")).toHaveText("100");
  const scores = await page.locator("table.scores .score b").allTextContents();
  expect(scores.map(Number)).toEqual([...scores.map(Number)].sort((a, b) => a - b));
  await expect(page.locator("aside")).toContainText("root");
  await isForEverybody(page, faults);
});

test("what was healed is worth more in the next audit, which other pages hear of by themselves", async ({ page, baseURL }) => {
  await logIn(page, "/audit?q=betinsport");
  const before = Number(await row(page, "betinsport.example").locator(".score b").textContent());
  lab("heal", "betinsport.example");
  const api = await request.newContext({ baseURL });
  const login = { username: "admin", password: process.env.DESK_PASSWORD };
  const { access_token } = await (await api.post("/api/v1/auth/login", { data: login })).json();
  const begun = await api.post("/api/v1/audit/cycle", { headers: { authorization: `Bearer ${access_token}` } });
  expect(begun.status()).toBe(202);
  await expect(row(page, "betinsport.example").locator(".change.up")).toBeVisible(soon);
  expect(Number(await row(page, "betinsport.example").locator(".score b").textContent())).toBeGreaterThan(before);
  await expect(page.locator(".trend svg")).toHaveAttribute("aria-label", /Nota média de \d+ auditorias: agora \d+/);
  lab("break", "betinsport.example");
});

test("keys walk over the scores, the address narrows them, and an earlier audit can be read", async ({ page }) => {
  await logIn(page, "/audit");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const first = page.locator("table.scores tbody tr").first().getByRole("link");
  await expect(first).toBeFocused();
  const name = await first.textContent();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/domains/${name}`);
  await expect(page.locator(".facts")).toContainText(/Nota\s*\d+ de 100/);
  await page.goto("/audit");
  await page.locator("search select").selectOption("ligbox");
  await page.getByRole("button", { name: "Filtrar" }).click();
  await expect(page).toHaveURL(/tenant=ligbox/);
  await expect(page.locator("table.scores tbody tr")).toHaveCount(1);
  await page.goto("/audit?cycle=1");
  await expect(page.locator("#audit-state")).toContainText("Uma auditoria anterior");
  await page.getByRole("link", { name: "Ver a última" }).click();
  await expect(page).toHaveURL("/audit");
});

test("a noc reads and begins nothing, a technician does not read", async ({ page, browser }) => {
  await logIn(page, "/audit", "noc");
  await expect(page.locator("table.scores")).toBeVisible();
  await expect(page.getByRole("button", { name: "Auditar agora" })).toHaveCount(0);
  await expect(page.locator("aside")).toContainText("r•••");
  await expect(page.locator("aside")).not.toContainText("root");
  const context = await browser.newContext({ locale: "pt-BR" });
  const other = await context.newPage();
  await logIn(other, "/", "mini");
  await expect(other.locator("nav a[href='/audit']")).toHaveCount(0);
  expect((await other.goto("/audit"))?.status()).toBe(403);
  await context.close();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("an audit is begun and read", async ({ page }) => {
    await page.goto("/login?next=/audit");
    await page.locator("[name=username]").fill("admin");
    await page.locator("[name=password]").fill(process.env.DESK_PASSWORD ?? "");
    await page.locator("form[action='/login'] button").click();
    await page.getByRole("button", { name: "Auditar agora" }).click();
    await expect(page).toHaveURL("/audit");
    await expect(async () => {
      await page.goto("/audit");
      await expect(page.locator("aside .worth").last()).toContainText("admin");
      await expect(page.locator("#audit-state progress")).toHaveCount(0);
    }).toPass(soon);
    await expect(page.locator("table.scores tbody tr")).toHaveCount(10);
  });
});
