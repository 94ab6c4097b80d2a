/** The fenced blocks of one language in a page of Markdown, with the line on which each starts. */
export function fencedBlocks(markdown: string, language: string): { line: number; text: string }[] {
  const blocks: { line: number; text: string }[] = [];
  for (const match of markdown.matchAll(/^( *)```([a-z]*)\n([\s\S]*?)^\1```$/gm)) {
    const [, , found = '', text = ''] = match;
    if (found === language) blocks.push({ line: markdown.slice(0, match.index).split('\n').length, text });
  }
  return blocks;
}
