/**
 * A command line as words, as Compose splits it: quotes and backslashes as in a shell, nothing is expanded, and
 * everything from an unquoted `;`, `&`, `|`, `<` or `>` on is left out. Null when quotes or brackets do not pair up.
 */
export function splitWords(line: string): string[] | null {
  const words: string[] = [];
  const state = { word: '', has: 'nothing' as 'nothing' | 'letters' | 'quotes', quote: '' };
  const flush = (): void => {
    if (state.has === 'quotes' || state.word !== '') words.push(state.word);
    state.word = '';
    state.has = 'nothing';
  };
  const characters = Array.from(line);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '\\' && state.quote !== "'") {
      at += 1;
      const next = characters[at];
      if (next === undefined) return null;
      const isKept = state.quote === '`' || state.quote === '$(';
      state.word += isKept ? `\\${next}` : next === 't' ? '\t' : next === 'n' ? '\n' : next;
      state.has = 'letters';
    } else if (/[ \t\r\n]/.test(character) && state.quote === '') flush();
    else if (character === ';' && state.quote === '') break;
    else if (/[&|<>]/.test(character) && state.quote === '') {
      if (character === '>' && /^\d+$/.test(state.word)) state.has = 'nothing';
      break;
    } else if (!readQuote(character, state)) return null;
  }
  if (state.has !== 'nothing') flush();
  return state.quote === '' ? words : null;
}

type State = { word: string; has: 'nothing' | 'letters' | 'quotes'; quote: string };

/** One letter, quote or bracket; false when it cannot stand here. */
function readQuote(character: string, state: State): boolean {
  const isCommand = state.quote === '`' || state.quote === '$(';
  if ((character === '"' || character === "'") && (state.quote === '' || state.quote === character)) {
    if (state.quote === character) state.has = 'quotes';
    state.quote = state.quote === '' ? character : '';
    return true;
  }
  if (character === '`' && (state.quote === '' || state.quote === '`'))
    state.quote = state.quote === '' ? '`' : '';
  else if (character === '(' && (state.quote === '' || state.quote === '$(')) {
    if (isCommand || !state.word.endsWith('$')) return false;
    state.quote = '$(';
    state.word += '(';
    return true;
  } else if (character === ')' && (state.quote === '' || state.quote === '$(')) {
    if (state.quote === '') return false;
    state.quote = '';
  }
  state.word += character;
  if (state.has === 'nothing') state.has = 'letters';
  return true;
}
