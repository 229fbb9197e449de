// The API's page tries a door, with the browser's login or with a token.
import { expect, logIn, test } from "./desk";

test("a door is tried with the browser's login, and refuses a wrong token", async ({ page, faults }) => {
  await logIn(page, "/status", "admin");
  await page.getByRole("link", { name: "/api/docs" }).click();
  const door = page.locator("#status");
  await door.locator("summary").click();
  await expect(door.getByLabel("domain")).toHaveValue("betinsport.example");
  await door.getByRole("button", { name: "Testar" }).click();
  await expect(door.locator("pre")).toContainText("200 OK");
  await expect(door.locator("pre")).toContainText('"domain": "betinsport.example"');
  await page.getByLabel("Token").fill("wrong");
  await door.getByRole("button", { name: "Testar" }).click();
  await expect(door.locator("pre")).toContainText("401 Unauthorized");
  expected(faults, "401");
});

test("a body is prepared with the keys that it must have", async ({ page, faults }) => {
  await page.goto("/api/docs");
  const door = page.locator("#login");
  await door.locator("summary").click();
  await expect(door.getByLabel("corpo")).toHaveValue(/"username": ".*",?\s+.*"password"|"password".*\s+.*"username"/);
  await door.getByLabel("corpo").fill('{"username": "root"}');
  await door.getByRole("button", { name: "Testar" }).click();
  await expect(door.locator("pre")).toContainText("422");
  await expect(door.locator("pre")).toContainText("password");
  expected(faults, "422");
});

/** A browser reports a refused request; here it was asked for. */
function expected(faults: string[], status: string) {
  expect(faults).toEqual([expect.stringContaining(`status of ${status}`)]);
  faults.length = 0;
}
