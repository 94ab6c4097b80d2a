// Makes a part of the page look like a fresh copy of it, and touches only what differs: focus, open details, scrolling
// and charts stay as they are.

/** Elements with `data-key` are found again by it, wherever they moved. */
export function morph(old, fresh) {
  if (old.hasAttribute('data-chart')) return;
  morphAttributes(old, fresh);
  const keyed = new Map();
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let place = old.firstChild;
  for (const next of Array.from(fresh.childNodes)) {
    const known = match(place, next, keyed);
    if (!known) {
      old.insertBefore(next, place);
      continue;
    }
    if (known === place) place = place.nextSibling;
    else old.insertBefore(known, place);
    if (known.nodeType === Node.ELEMENT_NODE) morph(known, next);
    else if (known.data !== next.data) known.data = next.data;
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

/** The node of the old page that stands for this one of the fresh page. */
function match(place, next, keyed) {
  const key = next.nodeType === Node.ELEMENT_NODE ? next.dataset.key : undefined;
  if (key) {
    const known = keyed.get(key);
    keyed.delete(key);
    return known?.nodeName === next.nodeName ? known : null;
  }
  const isSame = place && place.nodeName === next.nodeName && !place.dataset?.key;
  return isSame ? place : null;
}

function morphAttributes(old, fresh) {
  for (const name of fresh.getAttributeNames()) {
    const value = fresh.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const name of old.getAttributeNames()) {
    const isOpenByHand = name === 'open' && old.nodeName === 'DETAILS';
    if (!fresh.hasAttribute(name) && !isOpenByHand) old.removeAttribute(name);
  }
}
