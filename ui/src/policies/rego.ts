import { LanguageSupport, StreamLanguage, type StringStream } from '@codemirror/language';

const keywords = /^(?:package|import|default|if|else|contains|every|some|in|not|with|as|null|true|false)\b/;

/** Enough of Rego to read it well: comments, keywords, texts, numbers. */
export const rego = new LanguageSupport(
  StreamLanguage.define({
    name: 'rego',
    token: (stream: StringStream) => {
      if (stream.eatSpace()) return null;
      if (stream.match(/^#.*/)) return 'comment';
      if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^`[^`]*`?/)) return 'string';
      if (stream.match(/^\d+(?:\.\d+)?/)) return 'number';
      if (stream.match(keywords)) return 'keyword';
      if (!stream.match(/^[A-Za-z_]\w*/)) stream.next();
      return null;
    },
  }),
);
