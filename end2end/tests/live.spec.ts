// The board turns red and green by itself when a mail server's certificate changes.
import { cell, expect, lab, logIn, row, soon, test } from "./desk";

const domain = "zextra.example";
const imap = "imap_cert_san_993";

test.afterEach(() => lab("heal", domain));

test("a certificate that loses a name turns its cell red and its row comes up; mended, it goes back", async ({ page }) => {
  await logIn(page);
  await expect(row(page, domain)).toHaveClass(/^(ready|warn)$/, soon);
  const below = await place();

  lab("break", domain, "wrong-site");
  await expect(cell(page, domain, imap)).toHaveClass(/fail/, soon);
  await expect(row(page, domain)).toHaveClass("fail");
  await expect(row(page, domain).locator(".fault")).toContainText(`mail.${domain}`);
  await expect(page.locator("#said")).toContainText(domain);
  expect(await place()).toBeLessThan(below);

  lab("heal", domain);
  await expect(cell(page, domain, imap)).toHaveClass(/ok/, soon);
  await expect(row(page, domain)).toHaveClass(/^(ready|warn)$/);
  expect(await place()).toBe(below);

  async function place() {
    const domains = await page.locator("#board tbody tr").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-domain")));
    return domains.indexOf(domain);
  }
});

test("the figures follow the rows", async ({ page }) => {
  await logIn(page);
  await expect(row(page, domain)).toHaveClass(/^(ready|warn)$/, soon);
  const ready = page.locator("#figures b").first();
  const before = Number.parseInt((await ready.textContent())!, 10);
  lab("break", domain, "wrong-site");
  await expect(ready).toHaveText(new RegExp(`^${before - 1}/`), soon);
  lab("heal", domain);
  await expect(ready).toHaveText(new RegExp(`^${before}/`), soon);
});

test("a server that is stopped is not proved, with the reason, and never green", async ({ page }) => {
  await logIn(page, `/?open=${domain}/${imap}`);
  await expect(cell(page, domain, imap)).toHaveClass(/ok/, soon);
  lab("stop", domain);
  await expect(cell(page, domain, imap)).toHaveClass(/unknown/, soon);
  await expect(page.locator("#detail .verdict")).toContainText("não aceita conexão");
  lab("start", domain);
  await expect(cell(page, domain, imap)).toHaveClass(/ok/, soon);
});

test("a change keeps the keyboard where it was", async ({ page }) => {
  await logIn(page);
  await expect(row(page, domain)).toHaveClass(/^(ready|warn)$/, soon);
  await cell(page, domain, imap).focus();
  lab("break", domain, "wrong-site");
  await expect(cell(page, domain, imap)).toHaveClass(/fail/, soon);
  await expect(cell(page, domain, imap)).toBeFocused();
});

test("the domain's own page is live too", async ({ page }) => {
  await logIn(page, `/domains/${domain}`);
  const step = page.locator(`#${imap}`);
  await expect(step).toHaveClass("step ok", soon);
  lab("break", domain, "wrong-site");
  await expect(step).toHaveClass("step fail", soon);
  await expect(step.locator("pre")).toContainText("openssl s_client");
  await expect(page.locator(".truth-columns .missing").first()).toContainText(`mail.${domain}`);
  lab("heal", domain);
  await expect(step).toHaveClass("step ok", soon);
});

test("a connection that is lost is said to be lost", async ({ page, context, faults }) => {
  await logIn(page);
  await context.setOffline(true);
  await expect(page.locator(".live")).toHaveText("sem conexão", soon);
  await context.setOffline(false);
  await expect(page.locator(".live")).toHaveText("ao vivo", soon);
  // The browser itself reports the loss.
  faults.length = 0;
});
