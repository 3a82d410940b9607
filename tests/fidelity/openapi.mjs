// Holds requests against LINE's own OpenAPI description (messaging-api.yml), stricter than a generator reads it:
// a property that no schema names is a mistake here, because LINE would not know it either.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const refName = (ref) => ref.split('/').at(-1);

/** Turns the description's schemas into JSON Schema: `allOf` with a base is flattened, a discriminator becomes a choice. */
class Schemas {
    constructor(document) {
        this.source = document.components.schemas;
        this.definitions = {};
        for (const name of Object.keys(this.source)) {
            this.definitions[name] = this.#named(name);
            this.definitions[`${name}!`] = this.#closed(this.#flat(this.source[name]));
        }
    }

    /** What `$ref: name` means: the schema, or one of those that its `type` points to. */
    #named(name) {
        const { discriminator } = this.source[name];
        if (!discriminator?.mapping) return { $ref: `#/definitions/${name}!` };
        const field = discriminator.propertyName;
        const kinds = Object.entries(discriminator.mapping);
        return {
            type: 'object',
            required: [field],
            properties: { [field]: { enum: kinds.map(([kind]) => kind) } },
            allOf: kinds.map(([kind, ref]) => ({
                if: { type: 'object', required: [field], properties: { [field]: { const: kind } } },
                then: { $ref: `#/definitions/${refName(ref)}!` },
            })),
        };
    }

    /** The schema with everything it inherits, as one object. */
    #flat(schema) {
        if (schema.$ref) return this.#flat(this.source[refName(schema.$ref)]);
        const merged = { ...schema, properties: { ...schema.properties }, required: [...(schema.required ?? [])] };
        delete merged.allOf;
        delete merged.discriminator;
        for (const part of schema.allOf ?? []) {
            const base = this.#flat(part);
            merged.properties = { ...base.properties, ...merged.properties };
            merged.required.push(...base.required);
        }
        if (Object.keys(merged.properties).length === 0) delete merged.properties;
        merged.required = [...new Set(merged.required)];
        return merged;
    }

    #closed(schema) {
        if (schema.$ref) return { $ref: `#/definitions/${refName(schema.$ref)}` };
        const closed = { ...schema };
        if (closed.properties) {
            closed.properties = Object.fromEntries(
                Object.entries(closed.properties).map(([name, inner]) => [name, this.#closed(inner)]),
            );
            closed.additionalProperties ??= false;
        }
        if (typeof closed.additionalProperties === 'object') closed.additionalProperties = this.#closed(closed.additionalProperties);
        if (closed.items) closed.items = this.#closed(closed.items);
        return closed;
    }
}

/** `/v2/bot/profile/{userId}` as an expression; more literal text wins. */
function pathPattern(template) {
    const escaped = template.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return { template, literal: escaped.join('').length, expression: new RegExp(`^${escaped.join('[^/]+')}$`) };
}

export class Description {
    #paths;
    #ajv = new Ajv({ strict: false, allErrors: true });

    constructor(file) {
        this.document = parse(readFileSync(file, 'utf8'));
        addFormats(this.#ajv);
        this.#ajv.addSchema({ $id: 'line', definitions: new Schemas(this.document).definitions });
        this.#paths = Object.keys(this.document.paths).map(pathPattern).sort((a, b) => b.literal - a.literal);
    }

    #operation(method, path) {
        const found = this.#paths.find(({ expression }) => expression.test(path));
        return found && this.document.paths[found.template][method.toLowerCase()];
    }

    /** What is wrong with a logged request, as sentences without any of its values. */
    problems({ method, path, query = {}, headers = {}, body, bytes = 0 }) {
        const operation = this.#operation(method, path);
        if (!operation) return ['LINE has no such endpoint'];
        const problems = [];
        for (const { name, in: place, required, schema } of operation.parameters ?? []) {
            const value = place === 'query' ? query[name] : place === 'header' ? headers[name.toLowerCase()] : undefined;
            if (required && place === 'query' && value === undefined) problems.push(`the query lacks ${name}`);
            if (value !== undefined && schema.format === 'uuid' && !this.#ajv.validate({ type: 'string', format: 'uuid' }, value))
                problems.push(`${name} is no UUID`);
        }
        const content = operation.requestBody?.content ?? {};
        const ref = content['application/json']?.schema?.$ref;
        if (operation.requestBody?.required && bytes === 0) problems.push('the body is missing');
        if (!operation.requestBody && bytes > 0) problems.push('a body where none is wanted');
        if (!ref || bytes === 0) return problems;
        if (body === undefined) return [...problems, 'the body is no JSON'];
        const check = this.#ajv.getSchema(`line#/definitions/${refName(ref)}`);
        if (!check(body))
            for (const { instancePath, message, params } of check.errors) {
                if (message.startsWith('must match "then"')) continue; // its reasons stand beside it
                const what = params.additionalProperty ? `: ${params.additionalProperty}` : '';
                problems.push(`${instancePath || 'the body'} ${message}${what}`);
            }
        return problems;
    }
}
