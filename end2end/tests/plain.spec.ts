// Without scripts everything can be read, and the forms and links work.
import { cell, enter, expect, password, row, test } from "./desk";

test.use({ javaScriptEnabled: false });

test.beforeEach(async ({ page }) => {
  await page.goto("/login");
  await enter(page, "root", password);
});

test("the login leads to a board that can be read whole", async ({ page }) => {
  await expect(page).toHaveURL(/\/$/);
  await expect(page.locator("#board tbody tr")).toHaveCount(10);
  await expect(page.locator("#figures")).toContainText("domínios prontos");
  await expect(page.locator(".live")).toBeHidden();
});

test("a cell is a link to its panel, which a link closes", async ({ page }) => {
  await page.goto("/?open=none");
  await cell(page, "betinsport.example", "imap_cert_san_993").click();
  await expect(page.locator("#detail h2")).toHaveText("IMAP TLS :993");
  await page.locator("#detail .close").click();
  await expect(page.locator("#detail")).toHaveCount(0);
});

test("the filter is a form", async ({ page }) => {
  await page.getByRole("searchbox").fill("betin");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/q=betin/);
  await expect(row(page, "betinsport.example")).toBeVisible();
  await expect(row(page, "ligbox.example")).toBeHidden();
});

test("Verificar agora comes back to the page it was pressed on", async ({ page }) => {
  await page.goto("/domains/betinsport.example");
  await page.locator("header").getByRole("button", { name: "Verificar agora" }).click();
  await expect(page).toHaveURL(/\/domains\/betinsport\.example\??$/);
  await expect(page.locator("#domain")).toBeVisible();
});
