// The board is narrowed by text, state and site, and the address holds it.
import { expect, logIn, row, soon, test } from "./desk";

test("rows hide while one types, and a reload shows the same", async ({ page }) => {
  await logIn(page, "/?open=none");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("betin");
  await expect(row(page, "betinsport.example")).toBeVisible();
  await expect(row(page, "ligbox.example")).toBeHidden();
  await expect(page).toHaveURL(/[?&]q=betin/);
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("betin");
  await expect(row(page, "ligbox.example")).toBeHidden();
});

test("a state narrows too, and Back shows all again", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(row(page, "ligbox.example")).toHaveClass(/^(ready|warn)$/, soon);
  await page.locator('#tabs a[data-state="fail"]').click();
  await expect(page).toHaveURL(/state=fail/);
  await expect(row(page, "betinsport.example")).toBeVisible();
  await expect(row(page, "ligbox.example")).toBeHidden();
  await page.goBack();
  await expect(row(page, "ligbox.example")).toBeVisible();
});

test("a filter that nothing matches says so and offers the way out", async ({ page }) => {
  await logIn(page, "/?q=no-such-customer");
  await expect(page.locator("#nothing")).toBeVisible();
  await page.locator("#nothing a").click();
  await expect(row(page, "ligbox.example")).toBeVisible();
  await expect(page.getByRole("searchbox")).toHaveValue("");
});
