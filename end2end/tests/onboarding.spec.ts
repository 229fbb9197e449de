// New domains come along the funnel as the wizard tells of them, and nobody has to reload to see it.
import { request, type APIRequestContext, type Page } from "@playwright/test";
import { alive, enter, expect, logIn, soon, test } from "./desk";

const row = (page: Page, domain: string) => page.locator(`table.onboarding tr[data-domain="${domain}"]`);

test("a domain moves along the funnel without a reload, and its story tells how", async ({ page, baseURL }) => {
  const wizard = await request.newContext({ baseURL });
  const domain = `nova${Date.now()}.example`;
  await logIn(page, "/onboarding");
  await tell(wizard, "started", domain, {});
  await expect(row(page, domain)).toContainText("começou");
  await tell(wizard, "step", domain, { step: "dns" });
  await expect(row(page, domain).locator(".waits")).toHaveText("o assistente: cert_san");
  await row(page, domain).getByRole("link", { name: domain }).click();
  await expect(page.locator("#story h2")).toHaveText(domain);
  await expect(page.locator("#story .happened > li")).toHaveCount(2);
  await alive(page);
  await tell(wizard, "failed", domain, { step: "cert_san", error: "<img src=x onerror=alert(1)>" });
  await expect(row(page, domain)).toHaveAttribute("data-stage", "failed");
  await expect(page.locator("#story .verdict")).toContainText("<img src=x onerror=alert(1)>");
  await expect(page.locator("#story .happened > li")).toHaveCount(3);
  await row(page, domain).getByRole("link", { name: /ticket #\d+/ }).click();
  await expect(page.locator("#ticket h2.subject")).toContainText(`${domain}: o onboarding parou`);
  await page.goBack();
  await alive(page);
  await tell(wizard, "step", domain, { step: "cert_san" });
  await expect(row(page, domain)).toHaveAttribute("data-stage", "step");
});

test("what failed stands first, and what is proved was proved by the checks", async ({ page }) => {
  await logIn(page, "/onboarding");
  await expect(page.locator("table.onboarding tbody tr").first()).toHaveAttribute("data-stage", "failed");
  await expect(row(page, "pousada.example")).toHaveClass("stuck");
  await expect(row(page, "zextra.example")).toHaveAttribute("data-stage", "proved", soon);
  await expect(row(page, "betinsport.example").locator(".waits")).toContainText("IMAP TLS :993", soon);
  await expect(row(page, "betinsport.example")).toHaveAttribute("data-stage", "completed");
});

test("a stage of the funnel narrows the list, and the address keeps it", async ({ page }) => {
  await logIn(page, "/onboarding");
  await page.locator(".stages").getByRole("link", { name: /cert_san/ }).click();
  await expect(page).toHaveURL(/step=cert_san/);
  await expect(row(page, "floricultura.example")).toBeVisible();
  await expect(row(page, "pousada.example")).toHaveCount(0);
  await alive(page);
  await page.keyboard.press("/");
  await page.keyboard.type("flori");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/step=cert_san.*q=flori/);
  await expect(page.locator("table.onboarding tbody tr")).toHaveCount(1);
  await page.getByRole("link", { name: "Mostrar todos" }).click();
  await expect(row(page, "pousada.example")).toBeVisible();
});

test("keys walk over the list and open a story", async ({ page }) => {
  await logIn(page, "/onboarding");
  const links = page.locator("table.onboarding .subject a");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  const first = (await links.first().textContent())!;
  await page.keyboard.press("Enter");
  await expect(page.locator("#story h2")).toHaveText(first);
});

test("a noc sees how many, and no domain", async ({ page }) => {
  await logIn(page, "/onboarding", "noc");
  await expect(page.locator('.stages li[data-stage="started"] b')).toHaveText(/^\d+$/);
  await expect(page.locator("#onboarding")).toContainText("não quais");
  await expect(page.locator("#onboarding a")).toHaveCount(0);
  await expect(page.locator("#onboarding")).not.toContainText(".example");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("the funnel, the list and a story are there", async ({ page }) => {
    await page.goto("/login?next=/onboarding");
    await enter(page, "admin", process.env.DESK_PASSWORD ?? "");
    await page.getByRole("link", { name: "livraria.example" }).click();
    await expect(page.locator("#story .verdict")).toContainText("o MX ainda aponta para o servidor antigo");
    await page.getByRole("link", { name: "Fechar" }).click();
    await expect(page.locator("#story")).toHaveCount(0);
  });
});

async function tell(wizard: APIRequestContext, event: string, domain: string, data: object) {
  const headers = { "x-webhook-secret": process.env.WEBHOOK_SECRET_VM112 ?? "" };
  const answer = await wizard.post("/api/v1/webhooks/onboard", { data: { event: `onboard.${event}`, data: { domain, ...data } }, headers });
  expect(answer.status()).toBe(202);
}
