// Every certificate on its line of time: what runs out first stands on top, and says so.
import { alive, cell, expect, lab, logIn, soon, test } from "./desk";

const list = "#certificates > ol > li";

test("the expired one is first, then the late one, then what is well", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(cell(page, "dratcoin.example", "imap_cert_san_993")).toHaveClass(/fail/, soon);
  await expect(cell(page, "diarissima.example", "imap_cert_san_993")).toHaveClass(/warn/, soon);
  await page.locator("nav.side").getByRole("link", { name: "Certificados" }).click();
  await alive(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Certificados");
  await expect(page.locator(list).nth(0)).toHaveClass("fail");
  await expect(page.locator(list).nth(0)).toContainText("expirado");
  await expect(page.locator(list).nth(1)).toHaveClass("warn");
  await expect(page.locator(list).nth(1)).toContainText("renovação atrasada");
  await expect(page.locator(list).nth(1).locator("svg .window")).toHaveCount(1);
});

test("a certificate unfolds its names and leads to its domains", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(cell(page, "ligbox.example", "imap_cert_san_993")).toHaveClass(/ok/, soon);
  await page.goto("/certificates");
  const shared = page.locator(list).filter({ hasText: "mail.ligbox.example" }).first();
  await expect(shared.locator(".names")).toBeHidden();
  await shared.locator("summary").click();
  await expect(shared.locator(".names")).toContainText("mail.zextra.example");
  await shared.getByRole("link", { name: "zextra.example", exact: true }).click();
  await expect(page).toHaveURL(/\/domains\/zextra\.example$/);
});

test("what was published and is not served stands twice", async ({ page }) => {
  await logIn(page, "/?open=none");
  await expect(cell(page, "eplacebets.example", "cert_deployed_global")).toHaveClass(/warn/, soon);
  await page.goto("/certificates");
  await expect(page.locator(list).filter({ hasText: "mail.eplacebets.example" })).toHaveCount(2);
});

test.describe("in English", () => {
  test.use({ locale: "en-GB" });
  test("it says when a renewal is late", async ({ page }) => {
    await logIn(page, "/certificates");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Certificates");
    await expect(page.locator(list).filter({ hasText: "renewal late" })).not.toHaveCount(0, soon);
  });
});

test.afterAll(() => lab("heal", "zextra.example"));
