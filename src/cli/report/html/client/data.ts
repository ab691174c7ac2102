/** What the script reads of the report that stands in the page; the page's maker checks that it is there. */

export interface FloorData {
  readonly at: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly asked: boolean;
}

export interface RoundData {
  readonly number: number;
  readonly warmup: boolean;
  readonly at: number;
  readonly floorBytes: number | null;
}

export interface BoxData {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly children: readonly BoxData[];
}

export interface FrameData {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly bytes: number;
  readonly grownBytes: number;
  readonly children: readonly FrameData[];
}

export interface PageData {
  readonly verdict: string;
  readonly growthBytes: number;
  readonly bytesPerMinute: number;
  readonly series: readonly FloorData[];
  readonly rounds?: readonly RoundData[];
  readonly heap?: { readonly tree: BoxData };
  readonly allocations?: FrameData;
  readonly environment: { readonly snapshots: readonly { readonly at: number }[] };
}
