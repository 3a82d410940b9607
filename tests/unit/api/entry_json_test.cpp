// A line of the log as the console gets it.
#include "server/api/conversation_json.h"

#include <doctest/doctest.h>

using namespace tsunagi;

namespace {

api::Words words_of_events()
{
    bot::Playbook book;
    book.languages = {"ja", "vi"};
    book.messages["event.language_heard"] = {{"ja", "案内を切り替えました（{language}）"}};
    book.messages["language.vi"] = {{"ja", "ベトナム語"}};
    return {std::make_shared<const bot::Playbook>(std::move(book)), "ja"};
}

std::string told(const std::string& language)
{
    bot::Entry entry;
    entry.event = bot::LoggedEvent{"event.language_heard", {{"language", language}}};
    const auto line = api::entry_json({}, entry, {entry}, words_of_events());
    return line["event"]["text"].get<std::string>();
}

}  // namespace

TEST_CASE("log line: a language is told by its name, one that has none by its tag")
{
    CHECK(told("vi") == "案内を切り替えました（ベトナム語）");
    CHECK(told("qu") == "案内を切り替えました（qu）");
}
