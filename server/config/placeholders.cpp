#include "server/config/placeholders.h"
#include "server/config/read_file.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace tsunagi::config {
namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view default_sign = ":-";

struct Placeholder {
    std::string inside;                  ///< `env:NAME` or `file:PATH`
    std::optional<std::string> fallback; ///< only of env
    std::size_t end = 0;                 ///< behind the closing brace
};

/// The placeholder that begins at `at` (where `${` stands); nothing when its brace is missing or its kind is unknown.
std::optional<Placeholder> placeholder_at(const std::string& text, std::size_t at)
{
    const auto brace = text.find('}', at);
    if (brace == std::string::npos) return std::nullopt;
    Placeholder found{text.substr(at + opening.size(), brace - at - opening.size()), std::nullopt, brace + 1};
    if (found.inside.starts_with("env:")) {
        const auto sign = found.inside.find(default_sign);
        if (sign != std::string::npos) {
            found.fallback = found.inside.substr(sign + default_sign.size());
            found.inside.resize(sign);
        }
        return found;
    }
    return found.inside.starts_with("file:") ? std::optional(found) : std::nullopt;
}

std::optional<std::string> read_small_file(const std::filesystem::path& path)
{
    auto content = read_file(path, placeholder_bytes_max);
    if (!content || content->size() > placeholder_bytes_max) return std::nullopt;
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    return content;
}

std::string how_to_provide(const std::string& inside)
{
    if (inside.starts_with("env:"))
        return "set the environment variable, or write a default: ${" + inside + ":-default}";
    return "make the file (PATH counts from the config folder, at most 64 KiB); for the demo deploy/up makes it";
}

class Replacing {
public:
    Replacing(const Resolver& resolver, Secrets secrets, Problems& problems)
        : resolver_(resolver), secrets_(secrets), problems_(problems)
    {
    }

    void walk(Value& value, bool secret)
    {
        if (value.is_scalar()) return secret ? replace_secret(value) : replace(value);
        for (auto& item : value.items) walk(item, secret);
        for (auto& field : value.fields)
            walk(field.value, secret || (secrets_ != Secrets::none && is_secret_key(field.key)));
    }

private:
    void replace(Value& value)
    {
        std::string text;
        std::size_t done = 0;
        for (auto at = value.text.find(opening); at != std::string::npos; at = value.text.find(opening, done)) {
            const bool escaped = at > done && value.text[at - 1] == '$';
            text += value.text.substr(done, at - done - (escaped ? 1 : 0));
            const auto placeholder = escaped ? std::nullopt : placeholder_at(value.text, at);
            if (!placeholder) {
                if (!escaped)
                    problems_.error(
                        value, "`${` begins no placeholder",
                        "write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}; $${ for the signs themselves");
                text += opening;
                done = at + opening.size();
                continue;
            }
            text += resolve(*placeholder, value);
            value.replaced = true;
            done = placeholder->end;
        }
        if (done > 0) value.text = text + value.text.substr(done);
    }

    std::string resolve(const Placeholder& placeholder, const Value& value)
    {
        if (auto found = resolver_(placeholder.inside)) return *found;
        if (placeholder.fallback) return *placeholder.fallback;
        problems_.error(value, "nothing stands behind ${" + placeholder.inside + "}",
                        how_to_provide(placeholder.inside));
        return "";
    }

    void replace_secret(Value& value)
    {
        if (value.text.empty()) return problems_.error(value, "a secret is empty", "write ${file:PATH} or ${env:NAME}");
        const auto placeholder = value.text.starts_with(opening) ? placeholder_at(value.text, 0) : std::nullopt;
        const bool whole = placeholder && placeholder->end == value.text.size();
        if (!whole || (placeholder->fallback && !placeholder->fallback->empty())) {
            value.text.clear(); // so that no later problem can show it
            return problems_.error(
                value, "a secret is written in plain",
                "keep it in a file outside of config/ or in the environment, and write ${file:PATH} or ${env:NAME}");
        }
        value.text.clear();
        value.replaced = true;
        value.plain = false; // a secret of digits stays a text
        auto found = resolver_(placeholder->inside);
        if (found && !found->empty()) {
            value.text = std::move(*found);
        } else {
            const std::string what = "the secret behind ${" + placeholder->inside + "} is not there";
            const std::string mend = how_to_provide(placeholder->inside);
            secrets_ == Secrets::needed ? problems_.error(value, what, mend) : problems_.warning(value, what, mend);
        }
    }

    const Resolver& resolver_;
    Secrets secrets_;
    Problems& problems_;
};

} // namespace

Resolver outside_world(std::filesystem::path dir)
{
    return [dir = std::move(dir)](const std::string& inside) -> std::optional<std::string> {
        if (inside.starts_with("file:")) return read_small_file(dir / inside.substr(5));
        const char* const value = std::getenv(inside.substr(4).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

Resolver from_record(std::map<std::string, std::string> recorded)
{
    return [recorded = std::move(recorded)](const std::string& inside) -> std::optional<std::string> {
        const auto known = recorded.find(inside);
        return known == recorded.end() ? std::nullopt : std::optional(known->second);
    };
}

Resolver recording(Resolver resolver, std::map<std::string, std::string>& record)
{
    return [resolver = std::move(resolver), &record](const std::string& inside) {
        auto found = resolver(inside);
        if (found) record[inside] = *found;
        return found;
    };
}

void replace_placeholders(Value& root, const Resolver& resolver, Secrets secrets, Problems& problems)
{
    Replacing(resolver, secrets, problems).walk(root, false);
}

bool is_secret_key(const std::string& key)
{
    static constexpr std::array keys{"secrets", "secret", "access_token", "private_key", "master_key", "password", "channel_secret"};
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

} // namespace tsunagi::config
