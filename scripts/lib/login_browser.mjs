// Does in a browser what a user does: logs in, and says yes or no. Arguments: the browser, a proxy's port, an address,
// yes or no. What the browser shows in the end is a line of JSON.
import puppeteer from 'puppeteer-core';

const [executablePath, port, address, answer] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath, headless: true, acceptInsecureCerts: true,
  args: ['--no-sandbox', '--disable-gpu', `--proxy-server=http://127.0.0.1:${port}`],
});
try {
  const page = await browser.newPage();
  // where it was sent in the end, whether or not somebody answers there
  let at = address;
  page.on('request', request => { at = request.isNavigationRequest() ? request.url() : at; });
  const click = async selector => Promise.allSettled([page.waitForNavigation(), page.click(selector)]);
  await page.goto(address);
  const pages = [];
  if (await page.$('input[name=login]')) {
    pages.push('login');
    await page.type('input[name=login]', 'anna');
    await page.type('input[name=password]', 'anything');
    if (answer === 'yes') {
      await click('button[type=submit]');
    }
  }
  if (answer === 'yes' && await page.$('input[value=consent]')) {
    pages.push('consent');
    await click('button[type=submit]');
  } else if (answer === 'no') {
    await click('a[href$="/abort"]');
  }
  const code = await page.$eval('#code', field => field.value).catch(() => null);
  console.log(JSON.stringify({ pages, at, text: await page.$eval('body', body => body.innerText), code }));
} finally {
  await browser.close();
}
