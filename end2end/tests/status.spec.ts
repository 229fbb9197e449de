// The Desk says how it is itself.
import { expect, logIn, test } from "./desk";

test("hosts, sweeps, database and version in one look", async ({ page }) => {
  await logIn(page, "/status");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Estado");
  await expect(page.locator("#status section").first()).toContainText("esta máquina");
  await expect(page.locator("#status section").first()).toContainText("vm112");
  await expect(page.locator("#status .facts")).toContainText("SQLite · responde");
  await expect(page.locator("#status .facts")).toContainText(/Versão\s*\d+\.\d+\.\d+/);
  await expect(page.locator("#status .facts time.ago").first()).toBeVisible();
});

test.describe("in English", () => {
  test.use({ locale: "en-GB" });
  test("the same", async ({ page }) => {
    await logIn(page, "/status", "noc");
    await expect(page.locator("#status section").first()).toContainText("this machine");
    await expect(page.locator("#status")).toContainText("None is missing.");
  });
});
