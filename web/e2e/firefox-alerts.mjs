/**
 * The windows in which Firefox itself shows notifications, found and clicked as a person would: over WebDriver BiDi, in
 * the browser's own windows (`moz:scope: chrome`, Firefox is started with `-remote-allow-system-access`). Owns what is
 * known of those windows' insides. Never touches a page.
 */

const WINDOW = 'chrome://global/content/alerts/alert.xhtml';

/** The alert with this title, as its context; `titles` are those of all that are shown. */
export async function alertTitled(browser, title) {
  const { result } = await browser.connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const titles = [];
  let found;
  for (const { context, url } of result.contexts) {
    if (url !== WINDOW) continue;
    // Empty until the window has read what it is to show.
    const text = await evaluate(browser, context, 'document.getElementById("alertTitleLabel")?.value ?? ""');
    titles.push(text);
    if (text === title) found = context;
  }
  return { found, titles };
}

/** A click on the window of an alert. */
export async function press(browser, context) {
  await evaluate(browser, context, 'document.getElementById("alertBox").click()');
}

async function evaluate(browser, context, expression) {
  const answer = await browser.connection.send('script.evaluate', {
    expression,
    target: { context },
    awaitPromise: false,
  });
  if (answer.result.type !== 'success') throw new Error(answer.result.exceptionDetails?.text ?? expression);
  return answer.result.result.value;
}
