/** One line that was logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** A logger that prints nothing and keeps its lines for the spec to look at. */
export class RecordingLogger {
  readonly lines: LoggedLine[] = [];

  debug(fields: object, message: string): void {
    this.add('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.add('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.add('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.add('error', fields, message);
  }

  messages(level: LoggedLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message);
  }

  private add(level: LoggedLine['level'], fields: object, message: string): void {
    this.lines.push({ level, message, fields: { ...fields } });
  }
}
