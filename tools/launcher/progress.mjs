const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const quietMs = 2_000;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Prints steps as they are done. What takes longer than two seconds shows that it goes on: a spinner on a terminal,
 * elsewhere a plain line now and then.
 */
export function createProgress(out = process.stdout) {
  const isTerminal = out.isTTY === true;
  /** The step on the last line of a terminal, where several run at the same time. */
  let current;

  const clear = () => {
    if (isTerminal && current?.shown) out.write('\r\x1b[2K');
  };
  const line = (text = '') => {
    clear();
    out.write(`${text}\n`);
  };
  const draw = (running) => {
    const elapsed = Date.now() - running.startedAt;
    if (elapsed < quietMs) return;
    if (isTerminal) {
      current ??= running;
      if (current !== running) return;
      running.shown = true;
      const mark = spinner[Math.floor(elapsed / 100) % spinner.length];
      out.write(`\r\x1b[2K${mark} ${running.name} … ${Math.floor(elapsed / 1000)} s`);
    } else if (elapsed >= running.nextLineMs) {
      running.nextLineMs += running.nextLineMs < 5_000 ? 8_000 : 10_000;
      out.write(`… ${running.name} (${Math.floor(elapsed / 1000)} s)\n`);
    }
  };

  /** Runs one step and prints how it went; the text that `work` returns, or an error's `note`, is put behind the name. */
  const step = async (name, work) => {
    const running = { name, startedAt: Date.now(), shown: false, nextLineMs: quietMs };
    current = running;
    const timer = setInterval(() => draw(running), 100);
    const end = (mark, note) => {
      clearInterval(timer);
      const took = Date.now() - running.startedAt;
      line(`${mark} ${name}${note ? `: ${note}` : ''}${took >= 1_000 ? ` (${seconds(took)})` : ''}`);
      if (current === running) current = undefined;
    };
    try {
      const result = await work();
      end('✓', typeof result === 'string' ? result : result?.note);
      return result;
    } catch (error) {
      end('✗', error.note);
      throw error;
    }
  };

  return { line, step, notice: (text) => line(`  ${text}`) };
}
