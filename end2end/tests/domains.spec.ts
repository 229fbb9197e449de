// A domain is added, edited and removed in the browser, by those who may.
import { alive, cell, enter, expect, logIn, password, row, soon, test } from "./desk";

const domain = "padaria.example";

test.describe.serial("an operator", () => {
  test("adds a domain and sees its row fill in without a reload", async ({ page }) => {
    await logIn(page, "/?open=none", "admin");
    await page.getByRole("link", { name: "Acrescentar domínio" }).click();
    await page.locator("[name=domain]").fill(domain);
    await page.locator("[name=mail_host]").fill("mail.ligbox.example");
    await page.locator("[name=site]").selectOption("vm112");
    await page.getByRole("button", { name: "Acrescentar domínio" }).click();
    await expect(page).toHaveURL(`/?q=${domain}`);
    await alive(page);
    const loaded = await page.evaluate(() => performance.timeOrigin);
    await expect(cell(page, domain, "imap_cert_san_993")).toHaveClass(/ok/, soon);
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
    await expect(row(page, "ligbox.example")).toBeHidden();
  });

  test("whose board is open elsewhere sees the row come and go by itself", async ({ page, context, faults }) => {
    await logIn(page, "/?open=none", "admin");
    const other = await context.newPage();
    await other.goto("/domains/new");
    await other.locator("[name=domain]").fill("quitanda.example");
    await other.locator("[name=site]").selectOption("vm112");
    await other.getByRole("button", { name: "Acrescentar domínio" }).click();
    await expect(row(page, "quitanda.example")).toBeVisible(soon);
    await other.goto("/domains/quitanda.example/edit");
    await other.locator("details.remove summary").click();
    await other.getByRole("button", { name: /Remover quitanda/ }).click();
    await expect(row(page, "quitanda.example")).toHaveCount(0, soon);
    // The browser itself reports that the row is no more.
    faults.length = 0;
  });

  test("edits it, and it is checked anew", async ({ page }) => {
    await logIn(page, `/domains/${domain}`, "admin");
    await page.getByRole("link", { name: "Editar" }).click();
    await expect(page.locator("[name=mail_host]")).toHaveValue("mail.ligbox.example");
    await page.locator("[name=mail_host]").fill("");
    await page.getByRole("button", { name: "Salvar" }).click();
    await expect(page).toHaveURL(`/domains/${domain}`);
    await expect(page.locator("#imap_cert_san_993")).toContainText(`mail.${domain}`, soon);
  });

  test("removes it", async ({ page }) => {
    await logIn(page, `/domains/${domain}`, "admin");
    await page.getByRole("link", { name: "Editar" }).click();
    await page.locator("details.remove summary").click();
    await page.getByRole("button", { name: `Remover ${domain}` }).click();
    await expect(page).toHaveURL("/");
    await expect(row(page, domain)).toHaveCount(0);
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("what is wrong stands beside its field, and what was typed stays", async ({ page, faults }) => {
    await page.goto("/login?next=/domains/new");
    await enter(page, "root", password);
    await page.locator("[name=domain]").fill("não é um domínio");
    await page.locator("[name=site]").selectOption("vm112");
    await page.locator("[name=tenant]").fill("padaria");
    await page.getByRole("button", { name: "Acrescentar domínio" }).click();
    await expect(page.locator("#domain-wrong")).toContainText("não é um nome de domínio");
    await expect(page.locator("[name=domain]")).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("[name=domain]")).toHaveValue("não é um domínio");
    await expect(page.locator("[name=tenant]")).toHaveValue("padaria");
    await page.locator("[name=domain]").fill("ligbox.example");
    await page.getByRole("button", { name: "Acrescentar domínio" }).click();
    await expect(page.locator("#domain-wrong")).toContainText("já é verificado");
    // The browser itself reports the two answers.
    faults.length = 0;
  });
});

test("a noc sees no button that edits, and may not by the address either", async ({ page, faults }) => {
  await logIn(page, "/?open=none", "noc");
  await expect(page.getByRole("link", { name: "Acrescentar domínio" })).toHaveCount(0);
  await page.goto("/domains/ligbox.example");
  await expect(page.getByRole("link", { name: "Editar" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Verificar agora" })).toHaveCount(0);
  for (const path of ["/domains/new", "/domains/ligbox.example/edit"]) {
    expect((await page.goto(path))?.status()).toBe(403);
    await expect(page.locator("form.fields")).toHaveCount(0);
  }
  const refused = await page.request.post("/domains/ligbox.example/remove");
  expect(refused.status()).toBe(403);
  // The browser itself reports the two answers.
  faults.length = 0;
});
