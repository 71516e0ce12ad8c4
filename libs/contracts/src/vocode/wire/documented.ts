import { z } from 'zod';
import { uuid } from '../../fields';

/** What the document says of a response's field beyond its shape. Whatever it says, every field is always sent. */

/** Shows `value` as the field's default. */
export function defaulted<T extends z.ZodType>(schema: T, value: z.output<T>): T {
  return schema.meta({ defaultsTo: value });
}

/** Keeps the field out of `required`: for objects that clients send as well, who may leave it out. */
export function mayBeLeftOut<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), mayBeLeftOut: true });
}

/** What every stored object shows first. */
export const owned = z.object({ id: uuid, user_id: uuid });

export const textMap = z.record(z.string(), z.string());
