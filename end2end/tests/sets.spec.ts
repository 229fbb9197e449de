// A set of checks is one column until somebody unfolds it; the address keeps it so.
import { cell, expect, logIn, row, soon, test } from "./desk";

const domain = "ligbox.example";
const policy = "tls_policy";
const unfolded = '#board thead a[aria-expanded="true"]';

test("a folded set is one cell, which leads to its worst check", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(row(page, domain)).toHaveClass(/ready|warn/, soon);
  await expect(row(page, domain).locator("td.set a")).not.toHaveCount(0);
  const summary = row(page, domain).locator("td.set a").first();
  const check = (await summary.getAttribute("href"))!.split("/").pop()!;
  await summary.click();
  await expect(page.locator("#detail")).toHaveAttribute("data-open", `${domain}/${check}`);
});

test("its heading unfolds it without a load, the address keeps it, Back folds it again", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(page.locator(unfolded)).toHaveCount(0);
  const before = await page.evaluate(() => performance.timeOrigin);
  await page.getByRole("link", { name: "Política TLS", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`unfold=${policy}`));
  for (const check of ["tls_chain", "tls_key_strength", "tls_protocol_floor", "tls_expiry", "tls_renewal_overdue"]) {
    await expect(cell(page, domain, check)).toHaveCount(1);
  }
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(before);
  await page.reload();
  await expect(page.locator(unfolded)).toHaveText("Política TLS");
  await page.goBack();
  await expect(page.locator(unfolded)).toHaveCount(0);
});

test("unfolded, the board scrolls in its own box and the page does not", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await logIn(page, "/?open=none&unfold=mail_starttls.cert_sync.tls_policy.mail_dns");
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await wide()).toBeLessThanOrEqual(0);
  const box = await page.locator(".rows").evaluate((rows) => rows.scrollWidth - rows.clientWidth);
  expect(box).toBeGreaterThan(0);
  await row(page, domain).scrollIntoViewIfNeeded();
  await page.locator(".rows").evaluate((rows) => rows.scrollTo({ left: 200, top: rows.scrollTop }));
  await expect(row(page, domain).locator(".name")).toBeInViewport();
});

test("the arrows walk over an unfolded set too", async ({ page }) => {
  await logIn(page, `/?open=none&unfold=${policy}`);
  await cell(page, domain, "tls_chain").focus();
  await page.keyboard.press("ArrowRight");
  await expect(cell(page, domain, "tls_key_strength")).toBeFocused();
});
