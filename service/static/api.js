// Starts Swagger UI, which swagger-ui-bundle.js defines, on the description of this service.

const ui = window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // no request to another site
});

export default ui;
