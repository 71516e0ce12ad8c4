/** Ms of a clock that all processes of this machine share and that never jumps (CLOCK_MONOTONIC). */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
