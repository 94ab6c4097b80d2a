// Buttons that act stay on the page and say what came of it; what is to be copied is copied.

const toast = document.querySelector('#said');

function say(text, isBad) {
  if (!toast) return;
  toast.textContent = text;
  toast.className = isBad ? 'said bad' : 'said good';
}

async function act(form) {
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json' },
    });
    const { message, error } = await answer.json();
    say(answer.ok ? `✓ ${message}` : `✕ ${error}`, !answer.ok);
  } catch {
    say('✕ the daemon does not answer', true);
  }
  document.dispatchEvent(new CustomEvent('acted'));
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || !form.hasAttribute('data-act')) return;
  event.preventDefault();
  void act(form);
});

async function copy(button) {
  const from = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.value);
    say('✓ copied', false);
  } catch {
    // Without TLS, browsers offer no clipboard: the text is selected for the keyboard's copy.
    from.select();
    say('The text is selected: copy it with Ctrl-C or ⌘-C.', false);
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copy]');
  if (button) void copy(button);
});
for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
