// Users, administered in the browser: made, let in, dismissed while they look.
import { alive, enter, expect, logIn, soon, test } from "./desk";

test.describe.configure({ mode: "serial" });

const first = "a password from somebody else";
const own = "a password of one's own";

test("a new user is made, and the trail says by whom", async ({ page }) => {
  await logIn(page);
  await page.goto("/people");
  await page.locator("details.add summary").click();
  const form = page.locator("details.add form");
  await form.locator("[name=username]").fill("maria");
  await form.locator("[name=role]").selectOption("technician");
  await form.locator("[name=password]").fill(first);
  await form.locator("button").click();
  await expect(page.locator(".users li", { hasText: "maria" })).toContainText("deve trocar a senha");
  await expect(page.locator(".trail li").first()).toContainText("root adicionou o usuário maria");
});

test("the first password opens nothing but its own change", async ({ page }) => {
  await page.goto("/login");
  await enter(page, "maria", first);
  await expect(page).toHaveURL(/\/password$/);
  await page.goto("/certificates");
  await expect(page).toHaveURL(/\/password$/);
  await page.locator("[name=current_password]").fill(first);
  await page.locator("[name=new_password]").fill(own);
  await page.locator("form[action='/password'] button").click();
  await alive(page);
});

test("who is dismissed is out at once: the open page loses its stream, and its next step leads to the login", async ({
  page,
  browser,
  baseURL,
}) => {
  const other = await browser.newContext({ baseURL });
  const maria = await other.newPage();
  await maria.goto("/login");
  await enter(maria, "maria", own);
  await alive(maria);

  await logIn(page);
  await page.goto("/people");
  const row = page.locator(".users li", { hasText: "maria" });
  await row.locator("form:has([name=active]) button").click();
  await expect(row).toContainText("desativado");

  await expect(maria.locator(".live")).not.toHaveAttribute("data-link", "live", soon);
  await maria.goto("/certificates");
  await expect(maria).toHaveURL(/\/login/);
  await other.close();
});

test("the last super_admin stays one, and the page says so", async ({ page, faults }) => {
  await logIn(page);
  await page.goto("/people");
  const row = page.locator(".users li", { hasText: "root" });
  await row.locator("form:has([name=active]) button").click();
  await expect(page.getByRole("alert").first()).toContainText("root é o último super_admin ativo");
  // The refusal's own status, which the browser logs.
  faults.length = 0;
});
