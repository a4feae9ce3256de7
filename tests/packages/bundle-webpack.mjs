// Builds bundle-page.mjs and everything.mjs with webpack. Fails with a warning or an error, for example about a module of
// Node.
import webpack from 'webpack';

const compiler = webpack({
  mode: 'production',
  target: ['web', 'es2022'],
  entry: { page: './bundle-page.mjs', everything: './everything.mjs' },
  // Minifying takes longer than everything else, and does not change what is imported.
  optimization: { minimize: false },
  output: { path: process.argv[2], filename: '[name].js', publicPath: '/' },
  // A limit for the size of chunks is a matter of the application.
  performance: { hints: false },
});
await new Promise((resolve, reject) => {
  compiler.run((error, stats) => {
    if (error) reject(error);
    else if (stats.hasErrors() || stats.hasWarnings()) reject(new Error(stats.toString({ preset: 'errors-warnings' })));
    else resolve(undefined);
  });
});
