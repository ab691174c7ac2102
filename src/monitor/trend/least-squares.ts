/** Linear least squares by modified Gram-Schmidt, for a few columns. */

export interface LeastSquares {
  /** Coefficient of each column. */
  readonly values: readonly number[];
  /** Diagonal of the inverse of the normal matrix: variances, for noise of variance 1. */
  readonly inverseDiagonal: readonly number[];
  /** Log of the normal matrix's determinant. */
  readonly logDeterminant: number;
  /** Sum of the squares that are left. */
  readonly residual: number;
}

/** A column of which less than this share is its own is a sum of those before it. */
const INDEPENDENT = 1e-9;

/** Fits `values` as a sum of `columns`; `undefined` when these are not independent. **Cost:** O(rows * columns^2). */
export function solveLeastSquares(
  columns: readonly (readonly number[])[],
  values: readonly number[],
): LeastSquares | undefined {
  const width = columns.length;
  const directions: number[][] = [];
  /** The triangle, by columns; the last is that of the values. */
  const triangle: number[][] = [];
  let logDeterminant = 0;
  for (const column of columns) {
    const rest = column.slice();
    const own = project(rest, directions);
    const length = norm(rest);
    if (!(length > INDEPENDENT * norm(column))) return undefined;
    for (let i = 0; i < rest.length; i++) rest[i]! /= length;
    directions.push(rest);
    triangle.push([...own, length]);
    logDeterminant += 2 * Math.log(length);
  }
  const rest = values.slice();
  const along = project(rest, directions);
  const inverseDiagonal = columns.map(() => 0);
  for (let at = 0; at < width; at++) {
    const row = substitute(
      triangle,
      columns.map((_, k) => (k === at ? 1 : 0)),
    );
    for (let k = 0; k < width; k++) inverseDiagonal[k]! += row[k]! * row[k]!;
  }
  return { values: substitute(triangle, along), inverseDiagonal, logDeterminant, residual: dot(rest, rest) };
}

/** Takes from `column` what lies along the directions; how much that was of each. */
function project(column: number[], directions: readonly (readonly number[])[]): number[] {
  return directions.map((direction) => {
    const along = dot(direction, column);
    for (let i = 0; i < column.length; i++) column[i]! -= along * direction[i]!;
    return along;
  });
}

/** Solves the triangle for a right side, from below. */
function substitute(triangle: readonly (readonly number[])[], right: readonly number[]): number[] {
  const x = [...right];
  for (let k = x.length - 1; k >= 0; k--) {
    x[k]! /= triangle[k]![k]!;
    for (let above = 0; above < k; above++) x[above]! -= triangle[k]![above]! * x[k]!;
  }
  return x;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}
