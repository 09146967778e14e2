// What a page can do without this it does without: this only adds comfort.

/** Buttons that copy what people would else have to mark. */
for (const source of document.querySelectorAll('.command code, [data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2_000);
  });
  if (navigator.clipboard) source.closest('.command, .secret')?.append(button);
}

/** In the picture of a graph, the ways from and to the entity under the pointer or the focus stand out. */
for (const card of document.querySelectorAll('.card')) {
  const { type } = card.dataset;
  const edges = [...card.ownerSVGElement.querySelectorAll('.edge')].filter(
    ({ dataset: { from, to } }) => from === type || to === type,
  );
  const light = (isLit) => () => {
    card.ownerSVGElement.classList.toggle('has-lit', isLit);
    for (const edge of edges) edge.classList.toggle('lit', isLit);
  };
  for (const event of ['pointerenter', 'focusin']) card.addEventListener(event, light(true));
  for (const event of ['pointerleave', 'focusout']) card.addEventListener(event, light(false));
}
