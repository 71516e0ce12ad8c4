/**
 * Claiming goes by queues, one an endpoint (`queues`), so that it costs the same however many deliveries of one endpoint
 * wait. A queue's `due_at` says when to look at it next. Its row is the lock of the endpoint's deliveries: whoever adds,
 * leases or settles one locks the queue first, so that the number under way is exact across processes, no wake-up falls
 * between a look and its result, and locks are always taken in one order.
 */

/** Locks the queues that are due, at most $1, the longest due first. In a statement of its own, before `claimSql`. */
export const lockQueuesSql = `
  SELECT user_id, endpoint_id FROM queues WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED`;

/** Locks the queue of user $1 and endpoint $2, and has it looked at now. */
export const wakeQueueSql = `
  INSERT INTO queues (user_id, endpoint_id, due_at) VALUES ($1, $2, now())
  ON CONFLICT (user_id, endpoint_id) DO UPDATE SET due_at = now() WHERE queues.due_at > now()`;

/**
 * Leases what is due in the locked queues. Parameters: their users, their endpoints, how many at most, the lease in
 * seconds, how many of one endpoint may be under way (in all processes together), the lease's id.
 *
 * A first attempt waits until the first attempt of every earlier event of that call to that endpoint is over, and, at
 * most 15 s, for earlier events that have not come yet: the stream may deliver two batches to two processes, and one
 * that died had some that come again only after their acknowledgement is overdue (5 s, see `startWebhooks`).
 */
export const claimSql = `
  WITH free AS (
    SELECT queue.user_id, queue.endpoint_id, greatest(0, $5 - (
      SELECT count(*) FROM deliveries d
      WHERE d.user_id = queue.user_id AND d.endpoint_id = queue.endpoint_id AND d.lease_until > now())) AS places
    FROM unnest($1::uuid[], $2::uuid[]) AS queue (user_id, endpoint_id)
  ), due AS (
    SELECT head.* FROM free CROSS JOIN LATERAL (
      SELECT d.user_id, d.id, d.endpoint_id
      FROM deliveries d
      WHERE d.user_id = free.user_id AND d.endpoint_id = free.endpoint_id
        AND d.state = 'pending' AND d.next_attempt_at <= now()
        AND (d.lease_until IS NULL OR d.lease_until <= now())
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
      LIMIT free.places
    ) head
    LIMIT $3
  ), claimed AS (
    UPDATE deliveries d SET lease_id = $6, lease_until = now() + make_interval(secs => $4)
    FROM due
    WHERE d.user_id = due.user_id AND d.id = due.id AND d.endpoint_id = due.endpoint_id
    RETURNING d.*
  )
  SELECT c.user_id, c.id, c.endpoint_id, c.call_id, c.sequence, c.attempts,
    event.type, event.payload, event.metadata, event.created_at_ms, endpoint.url, endpoint.method
  FROM claimed c
  JOIN events event ON event.user_id = c.user_id AND event.id = c.id
  LEFT JOIN endpoints endpoint ON endpoint.user_id = c.user_id AND endpoint.id = c.endpoint_id
  ORDER BY c.next_attempt_at, c.id`;

/**
 * Says when the locked queues (users $1, endpoints $2) are looked at next: when a lease runs out or a delivery is due.
 * What is due and was not leased waits for a wake-up, which comes with every event and every attempt's end; it is looked
 * at after $3 seconds in any case. A queue with nothing in it goes.
 */
export const settleQueuesSql = `
  WITH look AS (
    SELECT queue.user_id, queue.endpoint_id, least(
      (SELECT min(d.lease_until) FROM deliveries d
       WHERE d.user_id = queue.user_id AND d.endpoint_id = queue.endpoint_id AND d.lease_until IS NOT NULL),
      (SELECT d.next_attempt_at FROM deliveries d
       WHERE d.user_id = queue.user_id AND d.endpoint_id = queue.endpoint_id AND d.state = 'pending'
         AND d.lease_until IS NULL AND d.next_attempt_at > now()
       ORDER BY d.next_attempt_at, d.id LIMIT 1),
      (SELECT now() + make_interval(secs => $3) FROM deliveries d
       WHERE d.user_id = queue.user_id AND d.endpoint_id = queue.endpoint_id AND d.state = 'pending'
         AND d.lease_until IS NULL AND d.next_attempt_at <= now()
       LIMIT 1)) AS at
    FROM unnest($1::uuid[], $2::uuid[]) AS queue (user_id, endpoint_id)
  ), emptied AS (
    DELETE FROM queues q USING look
    WHERE q.user_id = look.user_id AND q.endpoint_id = look.endpoint_id AND look.at IS NULL
  )
  UPDATE queues q SET due_at = look.at FROM look
  WHERE q.user_id = look.user_id AND q.endpoint_id = look.endpoint_id AND look.at IS NOT NULL`;
