// A fault becomes a ticket, people work on it together, and the proof that it is over stands at it.
import { request, type Browser, type Page } from "@playwright/test";
import { alive, expect, lab, logIn, test } from "./desk";

test("a mail server that stops opens a ticket, and both handshakes stand at it when it is back", async ({ page }) => {
  await logIn(page, "/tickets");
  const row = page.locator("table.tickets tr", { hasText: "iofficebooks.example" }).filter({ hasText: "TLS de e-mail" });
  await expect(row).toHaveCount(1);
  await row.getByRole("link").click();
  const ticket = page.locator("#ticket");
  await expect(ticket.locator(".state")).toHaveText("aberto");
  await expect(ticket.locator(".seen-list")).toContainText("não aceita conexão");
  lab("start", "iofficebooks.example");
  await expect(ticket.locator(".state")).toHaveText("resolvido", { timeout: 40_000 });
  const proof = ticket.locator(".happened .proof").last();
  await expect(proof).toContainText("a falha acabou, com prova");
  await expect(proof.locator(".both")).toContainText("não aceita conexão");
  await expect(proof.locator(".both")).toContainText("mail.iofficebooks.example");
  lab("stop", "iofficebooks.example");
  await expect(ticket.locator(".state")).toHaveText("aberto", { timeout: 40_000 });
  await expect(ticket.locator(".happened")).toContainText("a falha voltou: ticket reaberto");
});

test("two operators on one ticket see each other's change at once, and neither undoes the other's", async ({ page, browser, faults }) => {
  await logIn(page, "/tickets");
  const number = await newTicket(page, "Duas pessoas num ticket");
  const other = await second(browser, "admin", `/tickets/${number}`);
  await page.getByRole("button", { name: "Assumir" }).click();
  await expect(other.locator("#ticket .facts")).toContainText("root");
  // A page that did not hear of it is refused, and nothing of the other's change is lost.
  const stale = other.locator("#ticket input[name=version]").first();
  await stale.evaluate((input: HTMLInputElement) => (input.value = "1"));
  await other.getByRole("button", { name: "Resolver" }).click();
  await expect(other.locator(".problem")).toContainText("Alguém o alterou");
  expect(faults.splice(0).every((fault) => fault.includes("412"))).toBe(true);
  await expect(page.locator("#ticket .state")).toHaveText("aberto");
  await other.goto(`/tickets/${number}`);
  await alive(other);
  await other.locator("#comment").fill("Vejo isto agora\ne volto");
  await other.getByRole("button", { name: "Comentar" }).click();
  await expect(page.locator(".happened .said .body").last()).toHaveText("Vejo isto agora\ne volto");
  await other.context().close();
});

test("keys walk over the list, open a ticket and reply", async ({ page }) => {
  await logIn(page, "/tickets");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator("table.tickets tbody tr").nth(1).getByRole("link")).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page.locator("#ticket")).toBeVisible();
  await alive(page);
  await page.keyboard.press("r");
  await expect(page.locator("#comment")).toBeFocused();
  await page.goto("/tickets");
  await alive(page);
  await page.keyboard.press("/");
  await page.keyboard.type("dratcoin");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tickets.*q=dratcoin/);
  await expect(page.locator("table.tickets tbody tr")).toHaveCount(2);
  for (const row of await page.locator("table.tickets tbody tr").all()) await expect(row).toContainText("dratcoin.example");
});

test("several tickets are given away at once", async ({ page }) => {
  await logIn(page, "/tickets", "admin");
  const numbers = [await newTicket(page, "Um de dois"), await newTicket(page, "Dois de dois")];
  await page.goto("/tickets?q=de dois");
  await alive(page);
  for (const number of numbers) await page.getByLabel(`Marcar #${number}`).check();
  await page.getByLabel("Atribuir os marcados a").selectOption("mini");
  await page.getByRole("button", { name: "Atribuir" }).click();
  await expect(page.locator("table.tickets .with")).toHaveText(["mini", "mini"]);
});

test("a webhook shows up by itself, with what it caused and its payload", async ({ page, baseURL }) => {
  await logIn(page, "/events");
  const api = await request.newContext({ baseURL });
  const alert = {
    id: String(Date.now()), timestamp: "2026-11-23T07:00:00.123+0000", full_log: "<img src=x onerror=alert(1)>",
    rule: { level: 12, description: "sshd: <b>brute force</b>", id: "5712" }, agent: { id: "007", name: "web01" },
  };
  const headers = { "x-webhook-secret": process.env.WEBHOOK_SECRET_VM112 ?? "" };
  expect((await api.post("/api/v1/webhooks/ingress/wazuh", { data: alert, headers })).status()).toBe(202);
  const first = page.locator("table.events tbody tr").first();
  await expect(first).toContainText("wazuh.alert");
  await first.getByRole("link", { name: "wazuh.alert" }).click();
  await expect(page.locator("#event pre.json")).toContainText('"full_log": "<img src=x onerror=alert(1)>"');
  await page.locator("#event").getByRole("link", { name: /#\d+/ }).click();
  await expect(page.locator("#ticket h2.subject")).toHaveText("web01: sshd: <b>brute force</b>");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("a ticket is opened, found wrong, and opened again", async ({ page, faults }) => {
    await page.goto("/login?next=/tickets");
    await page.locator("[name=username]").fill("mini");
    await page.locator("[name=password]").fill(process.env.DESK_PASSWORD ?? "");
    await page.locator("form[action='/login'] button").click();
    await page.getByText("Novo ticket").click();
    await page.locator("#new-subject").fill("Sem scripts");
    await page.locator("#new-domain").fill("não é domínio");
    await page.getByRole("button", { name: "Abrir ticket" }).click();
    await expect(page.locator(".problem")).toContainText("Domínio: não é um nome de domínio");
    await expect(page.locator("#new-subject")).toHaveValue("Sem scripts");
    expect(faults.splice(0)).toEqual([expect.stringContaining("422")]);
    await page.locator("#new-domain").fill("");
    await page.getByRole("button", { name: "Abrir ticket" }).click();
    await expect(page.locator("#ticket h2.subject")).toHaveText("Sem scripts");
  });
});

test("a noc reads tickets without names and writes nothing", async ({ page }) => {
  await logIn(page, "/tickets", "noc");
  await expect(page.locator("#new")).toHaveCount(0);
  await expect(page.locator("table.tickets input")).toHaveCount(0);
  await page.locator("table.tickets .subject a").first().click();
  await expect(page.locator("#ticket")).toBeVisible();
  await expect(page.locator(".changes, #comment")).toHaveCount(0);
});

async function newTicket(page: Page, subject: string): Promise<number> {
  await page.goto("/tickets");
  await page.getByText("Novo ticket").click();
  await page.locator("#new-subject").fill(subject);
  await page.getByRole("button", { name: "Abrir ticket" }).click();
  await expect(page.locator("#ticket h2.subject")).toHaveText(subject);
  await alive(page);
  return Number(await page.locator("#ticket").getAttribute("data-number"));
}

async function second(browser: Browser, username: string, path: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: "pt-BR" })).newPage();
  await logIn(page, path, username);
  return page;
}
