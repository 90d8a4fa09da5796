import type { Asked } from "./labProcess";

/** Does in this process what a `LabProcess` is asked for. `factsOf`: what an error tells beside its message. */
export function serveMethods(
  methods: Record<string, (...args: never[]) => unknown>,
  factsOf: (error: Error) => object = () => ({}),
): void {
  process.on("message", async ({ id, method, args }: Asked) => {
    try {
      process.send?.({ id, value: await methods[method]?.(...args) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      process.send?.({ id, error: { message: error.message, ...factsOf(error) } });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.("ready");
}
