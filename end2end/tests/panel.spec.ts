// A cell opens its verdict, evidence and remedy, by mouse and by keyboard.
import { cell, expect, logIn, row, soon, test } from "./desk";

const domain = "betinsport.example";
const imap = "imap_cert_san_993";

test("the worst fault is open already: verdict, missing name, remedy, command", async ({ page }) => {
  await logIn(page);
  await expect(cell(page, domain, imap)).toHaveClass(/fail/, soon);
  await page.reload();
  const panel = page.locator("#detail");
  await expect(panel).toHaveAttribute("data-open", `${domain}/${imap}`);
  await expect(panel.locator(".verdict")).toContainText(`Wrong Site — SAN não inclui mail.${domain}`);
  await expect(panel.locator(".names .missing")).toContainText(`mail.${domain}`);
  await expect(panel.locator(".broken")).toHaveCount(1);
  await expect(panel.locator(".hint")).toContainText("Expanda o certificado");
  await expect(panel.locator("pre")).toContainText(`-servername mail.${domain}`);
});

test("a click opens a cell's panel, the address keeps it, and Back takes it away", async ({ page }) => {
  await logIn(page, "/?open=none");
  await cell(page, domain, "smtp_cert_san_465").click();
  await expect(page.locator("#detail h2")).toHaveText("SMTP TLS :465");
  await expect(page).toHaveURL(new RegExp(`open=${domain}/smtp_cert_san_465$`));
  await page.reload();
  await expect(page.locator("#detail h2")).toHaveText("SMTP TLS :465");
  await page.goBack();
  await expect(page.locator("#detail")).toHaveCount(0);
});

test("arrows walk over the cells, Enter opens, Escape closes and returns to the cell", async ({ page }) => {
  await logIn(page, "/?open=none");
  await row(page, domain).locator("a.name").focus();
  await page.keyboard.press("ArrowRight");
  const first = row(page, domain).locator("td a").first();
  await expect(first).toBeFocused();
  await cell(page, domain, imap).focus();
  await page.keyboard.press("ArrowRight");
  await expect(cell(page, domain, "smtp_cert_san_465")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(first).toBeFocused();
  await cell(page, domain, imap).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#detail-title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("#detail")).toHaveCount(0);
  await expect(cell(page, domain, imap)).toBeFocused();
});

test("the matrix is one stop of the Tab key", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(page.locator('#board a[tabindex="0"]')).toHaveCount(1);
});

test("Verificar agora is busy until it is done, and stays on the page", async ({ page }) => {
  await logIn(page, `/?open=${domain}/${imap}`);
  const button = page.locator("#detail form.run button");
  const answered = page.waitForResponse("**/calls/run_checks");
  await button.click();
  expect((await answered).status()).toBe(200);
  await expect(page.locator("#detail form.run button")).toHaveText("Verificar agora");
  await expect(page).toHaveURL(new RegExp(`open=${domain}/${imap}$`));
});

test("the command is copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await logIn(page, `/?open=${domain}/${imap}`);
  await page.locator("#detail .copy").click();
  await expect(page.locator("#detail .copy")).toHaveText("Copiado");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("openssl s_client");
});

test("on a telephone the panel lies over the board and can be closed", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await logIn(page);
  await expect(page.locator("#detail")).toBeHidden();
  await cell(page, domain, imap).click();
  await expect(page.locator("#detail")).toBeInViewport();
  await page.locator("#detail .close").click();
  await expect(page.locator("#detail")).toHaveCount(0);
});
