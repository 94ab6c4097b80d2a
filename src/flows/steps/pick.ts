import type { Pattern } from '../../domain/pattern.ts';
import type { Elements, Page } from '../http/html.ts';
import { FormMismatch } from './form-mismatch.ts';

interface Choice {
  readonly value: string;
  readonly labels: readonly string[];
}

/**
 * The value of the first option, radio button, checkbox or button of that name whose value or label matches.
 * Throws FormMismatch when none does.
 */
export function choose(
  page: Page,
  controls: Elements,
  wanted: { readonly name: string; readonly pattern: Pattern },
): string {
  const { name, pattern } = wanted;
  const named = controls.filter((_, element) => element.attribs['name'] === name).not('[disabled]');
  const choices = [...optionsOf(page, named), ...buttonsOf(page, named)];
  const chosen = choices.find((choice) =>
    [choice.value, ...choice.labels].some((text) => pattern.test(text)),
  );
  if (chosen) return chosen.value;
  const offers = choices.length === 0 ? `nothing to pick as ${name}` : `${choices.length} choices of ${name}`;
  throw new FormMismatch(`the form has ${offers}; expected one that matches ${pattern.source}`);
}

const optionsOf = (page: Page, named: Elements): Choice[] =>
  named
    .filter('select')
    .find('option')
    .not('[disabled]')
    .toArray()
    .map((option) => {
      const label = page(option).text().trim();
      return { value: option.attribs['value'] ?? label, labels: [label] };
    });

const buttonsOf = (page: Page, named: Elements): Choice[] =>
  named
    .filter('[type="radio" i], [type="checkbox" i], [type="submit" i], button')
    .toArray()
    .map((input) => {
      // A box without a value sends `on` (https://html.spec.whatwg.org/#dom-input-value-default-on).
      const value = input.attribs['value'] ?? (input.name === 'button' ? '' : 'on');
      return { value, labels: labelsOf(page, input) };
    });

/** Its `<label for>`, the label around it, its own text, its aria-label. */
function labelsOf(page: Page, input: Elements[number]): string[] {
  const id = input.attribs['id'];
  const pointing = page
    .root()
    .find('label')
    .filter((_, label) => id !== undefined && label.attribs['for'] === id);
  const around = page(input).closest('label');
  return [pointing.text(), around.text(), page(input).text(), input.attribs['aria-label'] ?? '']
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}
