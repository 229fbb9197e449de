// Who is not logged in sees the login and nothing else; who logs in arrives where they wanted to go.
import type { Page } from "@playwright/test";
import { alive, enter, expect, logIn, password, test } from "./desk";

test("nobody sees a page before the login, and afterwards arrives at it", async ({ page }) => {
  await page.goto("/domains/betinsport.example");
  expect(next(page)).toBe("/domains/betinsport.example");
  await expect(page.locator("[name=username]")).toBeFocused();
  await enter(page, "root", password);
  await expect(page).toHaveURL(/\/domains\/betinsport\.example$/);
  await alive(page);
});

test("a wrong password says what to do, but not which half was wrong", async ({ page }) => {
  await page.goto("/login");
  await enter(page, "root", "not the password");
  const known = await page.getByRole("alert").filter({ hasText: "senha" }).textContent();
  await enter(page, "nobody-at-all", "not the password");
  const unknown = await page.getByRole("alert").filter({ hasText: "senha" }).textContent();
  expect(known).toBe(unknown);
  expect(known).toContain("tente de novo");
});

test("the sidebar says who one is, and Sair closes every page again", async ({ page }) => {
  await logIn(page);
  await expect(page.locator(".who")).toHaveText("root (super_admin)");
  await page.getByRole("button", { name: "Sair" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto("/");
  expect(next(page)).toBe("/");
});

test("what a role may not do is not shown", async ({ page }) => {
  await logIn(page, "/?open=betinsport.example/imap_cert_san_993", "noc");
  await expect(page.locator("#detail")).toBeVisible();
  await expect(page.getByRole("button", { name: "Verificar agora" })).toHaveCount(0);
});

/** Where the login leads to. */
function next(page: Page) {
  const url = new URL(page.url());
  expect(url.pathname).toBe("/login");
  return url.searchParams.get("next");
}
