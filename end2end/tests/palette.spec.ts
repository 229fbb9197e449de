// Everything is a few letters away, and what one looks at again and again has a name.
import { alive, expect, logIn, password, test } from "./desk";

test("the palette reaches a domain, a page and a ticket by keys alone", async ({ page }) => {
  await logIn(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Buscar" });
  const box = palette.getByRole("combobox");
  await expect(box).toBeFocused();
  await expect(palette.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.type("dratc");
  await expect(palette.getByRole("option").first()).toContainText("dratcoin.example");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/domains\/dratcoin\.example$/);

  await alive(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("certif");
  await expect(palette.getByRole("option").first()).toHaveText("Certificados");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/certificates$/);

  await alive(page);
  await page.locator(".side .find").click();
  await expect(palette.getByRole("group", { name: "Tickets abertos" }).getByRole("option").first()).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await expect(palette.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(palette.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  const chosen = await box.getAttribute("aria-activedescendant");
  await expect(palette.locator(`[id="${chosen}"]`)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("nada disto existe");
  await expect(palette).toContainText("Nenhuma página, domínio ou ticket aberto com este nome.");
  await page.mouse.click(5, 5);
  await expect(palette).toBeHidden();
});

test("a filter gets a name, is found again, and its name is taken away", async ({ page }) => {
  await logIn(page, "/tickets");
  await expect(page.locator(".save-view")).toHaveCount(0);
  await page.goto("/tickets?kind=mail_tls&status=all");
  await alive(page);
  await page.getByText("Salvar visão").click();
  await page.getByLabel("Nome desta visão").fill("TLS, todos");
  await page.getByRole("button", { name: "Salvar" }).click();
  const own = page.locator(".tabs").getByRole("link", { name: "TLS, todos" });
  await expect(own).toHaveAttribute("aria-current", "page");
  await expect(page).toHaveURL(/status=all&kind=mail_tls/);
  await page.goto("/tickets");
  await own.click();
  await alive(page);
  await page.getByRole("button", { name: "Remover esta visão" }).click();
  await expect(page.locator(".tabs")).not.toContainText("TLS, todos");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("what the palette finds is a page", async ({ page }) => {
    await page.goto("/login?next=/find");
    await page.locator("[name=username]").fill("mini");
    await page.locator("[name=password]").fill(password);
    await page.locator("form[action='/login'] button").click();
    await page.getByRole("searchbox").fill("betin");
    await page.getByRole("searchbox").press("Enter");
    await page.locator("main .found").getByRole("link", { name: "falha betinsport.example" }).click();
    await expect(page).toHaveURL(/\/domains\/betinsport\.example$/);
  });
});
