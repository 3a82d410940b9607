#include "server/config/playbook_source.h"
#include "server/config/read_flow.h"

namespace tsunagi::config {

void read_messages(DeskSource& desk, const std::vector<Value>& common, const std::vector<Value>& overrides,
                   Problems& problems)
{
    for (const auto& file : common) {
        for (const auto& field : file.fields) {
            MessageSource message{read_texts(field.value), field.value};
            const auto [known, is_new] = desk.messages.emplace(field.key, std::move(message));
            if (is_new) continue;
            const auto& first = known->second.at;
            problems.error(file.file(), field.line,
                           "the message " + in_quotes(field.key) + " is written twice (first in " + first.file() + ":" +
                               std::to_string(first.line) + ")",
                           "keep one of the two; a desk overrides it in desks/ID/messages");
        }
    }
    for (const auto& file : overrides) {
        for (const auto& field : file.fields) {
            auto& message = desk.messages[field.key];
            for (auto& [language, text] : read_texts(field.value)) message.texts[language] = text;
            message.at = field.value;
        }
    }
}

} // namespace tsunagi::config
