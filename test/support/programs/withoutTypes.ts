import ts from "typescript";

/** A program in TypeScript as one that `evaluated` takes. */
export function withoutTypes(program: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}
