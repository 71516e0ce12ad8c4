/**
 * Leases deliveries that are due. Parameters: how many at most, the lease in seconds, how many of one endpoint may be
 * under way (in all processes together), the lease's id.
 *
 * - An endpoint that has its full number under way is passed over, so that its backlog hides nobody else's.
 * - A first attempt waits until the first attempt of every earlier event of that call to that endpoint is over, and,
 *   at most 15 s, for earlier events that have not come yet: the stream may deliver two batches to two processes, and
 *   one that died had some that come again only after their acknowledgement is overdue (5 s, see `startWebhooks`).
 * - Ranking comes after locking, because Postgres locks no rows under a window function.
 */
export const claimSql = `
  WITH busy AS (
    SELECT user_id, endpoint_id, count(*) AS under_way
    FROM deliveries WHERE lease_until > now() GROUP BY user_id, endpoint_id
  ), due AS (
    SELECT d.user_id, d.id, d.endpoint_id, d.next_attempt_at, d.sequence
    FROM deliveries d
    WHERE d.state = 'pending' AND d.next_attempt_at <= now()
      AND (d.lease_until IS NULL OR d.lease_until <= now())
      AND NOT EXISTS (
        SELECT 1 FROM busy b
        WHERE b.user_id = d.user_id AND b.endpoint_id = d.endpoint_id AND b.under_way >= $3)
      AND (d.attempts > 0 OR (
        NOT EXISTS (
          SELECT 1 FROM deliveries earlier
          WHERE earlier.user_id = d.user_id AND earlier.endpoint_id = d.endpoint_id
            AND earlier.call_id = d.call_id AND earlier.sequence < d.sequence
            AND earlier.state = 'pending' AND earlier.attempts = 0)
        AND (d.created_at <= now() - interval '15 seconds' OR d.sequence - 1 <= (
          SELECT count(*) FROM events known
          WHERE known.user_id = d.user_id AND known.call_id = d.call_id AND known.sequence < d.sequence))))
    ORDER BY d.next_attempt_at, d.id
    LIMIT $1
    FOR UPDATE OF d SKIP LOCKED
  ), ranked AS (
    SELECT due.*, row_number() OVER (
      PARTITION BY due.user_id, due.endpoint_id ORDER BY due.next_attempt_at, due.id) AS place
    FROM due
  ), claimed AS (
    UPDATE deliveries d SET lease_id = $4, lease_until = now() + make_interval(secs => $2)
    FROM ranked LEFT JOIN busy USING (user_id, endpoint_id)
    WHERE d.user_id = ranked.user_id AND d.id = ranked.id AND d.endpoint_id = ranked.endpoint_id
      AND ranked.place + coalesce(busy.under_way, 0) <= $3
    RETURNING d.*
  )
  SELECT c.user_id, c.id, c.endpoint_id, c.call_id, c.sequence, c.attempts,
    event.type, event.payload, event.created_at_ms, endpoint.url, endpoint.method
  FROM claimed c
  JOIN events event ON event.user_id = c.user_id AND event.id = c.id
  LEFT JOIN endpoints endpoint ON endpoint.user_id = c.user_id AND endpoint.id = c.endpoint_id
  ORDER BY c.next_attempt_at, c.id`;
