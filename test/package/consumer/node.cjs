// The same training from CommonJS.
const { trainInPool } = require('./train.js');

trainInPool().then(({ hash }) => console.log(hash));
