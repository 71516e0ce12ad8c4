/** The id by which Deepgram's support would find a session. */
export function requestIdOf(session: number): string {
  return `00000000-0000-4000-8000-${String(session).padStart(12, '0')}`;
}
