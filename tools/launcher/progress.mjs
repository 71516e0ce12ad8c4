const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const quietMs = 2_000;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Prints steps as they are done. What takes longer than two seconds shows that it goes on: a spinner on a terminal,
 * elsewhere a plain line now and then.
 */
export function createProgress(out = process.stdout) {
  const isTerminal = out.isTTY === true;
  let current;

  const clear = () => {
    if (isTerminal && current?.shown) out.write('\r\x1b[2K');
  };
  const line = (text = '') => {
    clear();
    out.write(`${text}\n`);
  };
  const draw = () => {
    const elapsed = Date.now() - current.startedAt;
    if (elapsed < quietMs) return;
    if (isTerminal) {
      current.shown = true;
      const mark = spinner[Math.floor(elapsed / 100) % spinner.length];
      out.write(`\r\x1b[2K${mark} ${current.name} … ${Math.floor(elapsed / 1000)} s`);
    } else if (elapsed >= current.nextLineMs) {
      current.nextLineMs += current.nextLineMs < 5_000 ? 8_000 : 10_000;
      out.write(`… ${current.name} (${Math.floor(elapsed / 1000)} s)\n`);
    }
  };

  /** Runs one step and prints how it went; the text that `work` returns, or an error's `note`, is put behind the name. */
  const step = async (name, work) => {
    current = { name, startedAt: Date.now(), shown: false, nextLineMs: quietMs };
    const timer = setInterval(draw, 100);
    const end = (mark, note) => {
      clearInterval(timer);
      const took = Date.now() - current.startedAt;
      line(`${mark} ${name}${note ? `: ${note}` : ''}${took >= 1_000 ? ` (${seconds(took)})` : ''}`);
      current = undefined;
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
