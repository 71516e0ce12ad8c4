import { QueryFailedError } from 'typeorm';

interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
}

/** True when a write was refused because such a row exists; with `constraint`, because of that one alone. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driverError = error.driverError as DriverError;
  return driverError.code === '23505' && (constraint === undefined || driverError.constraint === constraint);
}
