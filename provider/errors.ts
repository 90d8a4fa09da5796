/**
 * What went wrong, as a word that decides how to go on: `exists`, `notFound`, `unreachable` (of a gateway) and `busy` are answers of the kernel,
 * `user` is a wish that cannot be met, `bug` is ours.
 */
export type ErrorKind =
  | "user"
  | "notFound"
  | "exists"
  | "unreachable"
  | "busy"
  | "permission"
  | "unsupported"
  | "timeout"
  | "cancelled"
  | "kernel"
  | "bug";

export interface ErrorParts {
  kind: ErrorKind;
  /** What was tried on what; enough on its own on one terminal row. */
  tried: string;
  /** The command and what the kernel said. */
  said?: string | undefined;
  /** What to do now. */
  todo?: string | undefined;
  /** What another host has, and so this one cannot: see `conflict` of kinds. */
  conflict?: string | undefined;
  /** The property that it is about, where that is known. */
  at?: readonly (string | number)[] | undefined;
}

/** An error of the provider: three lines, what was tried, what the kernel said, what to do. */
export class NetnsError extends Error {
  override readonly name = "NetnsError";
  readonly kind: ErrorKind;
  readonly parts: ErrorParts;

  constructor(parts: ErrorParts) {
    super([parts.tried, parts.said, parts.todo].filter((line) => line !== undefined).join("\n  "));
    this.kind = parts.kind;
    this.parts = parts;
  }
}

/**
 * The thing exists, but not as it should be, and could not be put back either: the state must say what exists.
 * The engine stores `state` under `id`, and the next `pulumi up` calls Update.
 */
export class PartialError extends Error {
  override readonly name = "PartialError";
  /** Where `state` is secret. */
  readonly secrets: (readonly (string | number)[])[] = [];

  constructor(
    override readonly cause: NetnsError,
    readonly id: string,
    readonly state: object,
    readonly reasons: string[],
  ) {
    super(cause.message);
  }
}

/** What is wrong with the inputs of a component, each at its property: the engine has no Check for it. */
export class FaultyInputs extends Error {
  override readonly name = "FaultyInputs";

  constructor(
    message: string,
    readonly faults: readonly { path: readonly (string | number)[]; reason: string }[],
  ) {
    super(message);
  }
}

/** Any thrown value as a NetnsError; what is not one yet is a bug of ours and says so. */
export function asNetnsError(thrown: unknown): NetnsError {
  if (thrown instanceof NetnsError) return thrown;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new NetnsError({
    kind: "bug",
    tried: "the netns provider failed in a way it does not know",
    said: text,
    todo: "Please report this to the authors of the netns provider, with the program that led to it.",
  });
}
