#pragma once
#include "deploy/sandbox/person_actions.h"

#include <optional>

namespace tsunagi::sandbox {

/// A message of a person in the shape the webhook carries it, and the bytes behind it when it is a picture or file.
struct PersonMessage {
    json message;
    std::optional<Content> content;
};

/// Makes a message of what the control API or the phone page says (README.md lists the fields).
Result<PersonMessage, Refusal> make_person_message(const json& what, const std::string& message_id);

}  // namespace tsunagi::sandbox
