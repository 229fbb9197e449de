// What every story needs: a page that is watched for faults, somebody logged in, and the lab's levers.
import { execFileSync } from "node:child_process";
import { test as base, expect, type Locator, type Page } from "@playwright/test";

/** A page whose console stays clean and which talks to its own origin alone. */
export const test = base.extend<{ faults: string[] }>({
  faults: [
    async ({ page, baseURL }, use) => {
      const faults: string[] = [];
      const origin = new URL(baseURL!).origin;
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(origin) && !url.startsWith("data:")) faults.push(`asked another origin: ${url}`);
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export const password = process.env.DESK_PASSWORD ?? "";

/** Fills in the form as a person does, and waits until the page is alive. */
export async function logIn(page: Page, next = "/", username = "root") {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await enter(page, username, password);
  await alive(page);
}

export async function enter(page: Page, username: string, secret: string) {
  await page.locator("[name=username]").fill(username);
  await page.locator("[name=password]").fill(secret);
  await page.locator("form[action='/login'] button").click();
}

/** The island has started and hears of changes. */
export async function alive(page: Page) {
  await expect(page.locator(".live")).toHaveAttribute("data-link", "live");
}

export const row = (page: Page, domain: string): Locator => page.locator(`#board tr[data-domain="${domain}"]`);

export const cell = (page: Page, domain: string, check: string): Locator =>
  page.locator(`#board td a[href$="open=${domain}/${check}"]`);

/** `desk demo VERB DOMAIN [FAULT]`: changes the lab that the running Desk watches. */
export function lab(...words: string[]) {
  execFileSync(process.env.DESK_BIN!, ["demo", ...words, "--data", process.env.DESK_DATA!]);
}

/** Longer than the demo's sweep takes to come round. */
export const soon = { timeout: 25_000 };
