interface Skipped {
  file: string;
  title: string;
}
export function forSecondKernel(skipped: Skipped[]): Skipped[];
