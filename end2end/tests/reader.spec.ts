// Each reader in their language, theme and time zone.
import { expect, logIn, test } from "./desk";

test("Portuguese by default, English one click away, and it stays", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(page.locator("html")).toHaveAttribute("lang", "pt-BR");
  await page.locator("nav.side").getByRole("link", { name: "en", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");
  await expect(page).toHaveURL(/open=none/);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test.describe("whose browser asks for English", () => {
  test.use({ locale: "en-GB" });
  test("gets it at the first visit", async ({ page }) => {
    await page.goto("/login");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  });
});

test("the theme is turned, and the next page starts in it", async ({ page }) => {
  await logIn(page);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Tema claro ou escuro" }).click();
  expect(await background()).not.toBe(light);
  const html = await (await page.request.get("/")).text();
  expect(html).toContain('data-theme="dark"');
});

test("dates stand in the reader's zone, with the exact UTC on hover", async ({ page }) => {
  await logIn(page, "/domains/ligbox.example");
  const time = page.locator("time.moment").first();
  await expect(time).not.toContainText("UTC");
  await expect(time).toHaveAttribute("title", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
});
