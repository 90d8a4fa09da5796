import type { Plan } from "./rounds";
export async function settingsLines(plan: Plan): Promise<string[]> {
  return [];
}
