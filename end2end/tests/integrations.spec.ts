// A new key for an integration, rotated in the browser while its sender goes on sending.
import { request, type Page } from "@playwright/test";
import { alive, expect, logIn, test } from "./desk";

const key = (page: Page) =>
  page.locator(".integrations > li", { hasText: "wazuh" }).locator(".credentials > li", { hasText: "Chave da URL" });

test("a key is shown once, counts beside the one before it, and then alone", async ({ page, baseURL }) => {
  const sender = await request.newContext({ baseURL });
  let sent = 0;
  const posts = async (key: string) => {
    const data = { id: `${Date.now()}.${sent++}`, rule: { id: "5402", level: 3, description: "quiet" }, timestamp: "2026-11-20T08:00:00.000+0000" };
    return (await sender.post(`/api/v1/webhooks/ingress/wazuh?key=${key}`, { data })).status();
  };
  await logIn(page, "/status");
  await expect(key(page)).toContainText("Chave da URL nenhum valor");
  const first = await rotated(page, /^Criar/);
  expect([await posts(first), await posts("wrong")]).toEqual([202, 401]);

  const second = await rotated(page, /^Trocar/);
  expect(second).not.toBe(first);
  expect(await posts(first)).toBe(202);
  await page.reload();
  await expect(key(page)).toContainText(/O anterior ainda vale: usado .* não termina sozinho/);
  expect([await posts(second), await posts(first)]).toEqual([202, 202]);

  await page.reload();
  await alive(page);
  await expect(page.locator(".made")).toHaveCount(0);
  await expect(key(page)).toContainText(/O anterior ainda vale.*termina em/);
  // Who has not finished one change begins no other.
  await expect(key(page).locator("summary")).toHaveCount(1);
  await key(page).locator("summary").click();
  await key(page).getByRole("button", { name: /^Encerrar o anterior/ }).click();
  await expect(key(page)).not.toContainText("O anterior ainda vale");
  expect([await posts(second), await posts(first)]).toEqual([202, 401]);

  await page.goto("/people");
  await expect(page.locator(".trail li").first()).toContainText("root encerrou o segredo anterior de wazuh");
  const seen = await page.content();
  expect([seen.includes(first), seen.includes(second)]).toEqual([false, false]);
  await sender.dispose();
});

test("who may not rotate sees who sends, and nothing to press", async ({ page }) => {
  for (const user of ["admin", "mini", "noc"]) {
    await page.context().clearCookies();
    await logIn(page, "/status", user);
    await expect(page.locator(".integrations > li")).toHaveCount(2);
    await expect(page.locator(".integrations :is(button, summary, .credentials)")).toHaveCount(0);
  }
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("a key is rotated all the same, and the way back asks for no other", async ({ page }) => {
    await page.goto("/login?next=/status");
    await page.locator("[name=username]").fill("root");
    await page.locator("[name=password]").fill(process.env.DESK_PASSWORD ?? "");
    await page.locator("form[action='/login'] button").click();
    await key(page).locator("summary").click();
    await key(page).getByRole("button", { name: /^Trocar/ }).click();
    await expect(page.locator(".made pre")).toHaveText(/^[\w-]{43}$/);
    await page.getByRole("link", { name: "Já copiei" }).click();
    await expect(page.locator(".made")).toHaveCount(0);
  });
});

/** What the page shows once; the address is that of the page, so that loading it again makes no other. */
async function rotated(page: Page, act: RegExp): Promise<string> {
  await key(page).locator("summary").click();
  await key(page).getByRole("button", { name: act }).click();
  const made = page.locator(".made");
  await expect(made.getByRole("heading", { level: 2 })).toHaveText("Nova chave da URL de wazuh");
  const shown = (await made.locator("pre").textContent())!;
  expect(shown).toMatch(/^[\w-]{43}$/);
  await alive(page);
  await expect(page).toHaveURL(/\/status$/);
  return shown;
}
