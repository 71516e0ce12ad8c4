/** The stretch of a list that a page is. */
export function stretchOf({ page, size }: { page: number; size: number }): { offset: number; limit: number } {
  return { offset: (page - 1) * size, limit: size };
}

/** A page as every list of this API is answered. */
export function pageOf<T>(
  { page, size }: { page: number; size: number },
  { items, total }: { items: T[]; total: number },
) {
  return { items, page, size, has_more: page * size < total, total, total_is_estimated: false };
}

export function timeText(epochMs: number): string;
export function timeText(epochMs: number | null): string | null;
export function timeText(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
