import { z } from 'zod';

const anyMessage = z.object({ type: z.string() });

/**
 * Reads one text frame. `other`: a message of a type that `isRead` does not name, one added later, say; it tells
 * nothing. Undefined: no message at all, or one of a type that is read in another shape than that.
 */
export function parseVendorMessage<Message>(
  text: string,
  schema: z.ZodType<Message>,
  isRead: (type: string) => boolean,
): Message | 'other' | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { data } = anyMessage.safeParse(given);
  return data && !isRead(data.type) ? 'other' : undefined;
}
