// The composition root: commands and nothing else. Each command's work lives in server/ops.
#include "server/ops/account.h"
#include "server/ops/check.h"
#include "server/ops/risk.h"
#include "server/ops/serve.h"
#include "server/ops/talk.h"

#include <CLI/CLI.hpp>
#include <sodium.h>

#include <iostream>

int main(int argc, char** argv)
{
    using namespace tsunagi;
    if (sodium_init() < 0) {
        std::cerr << "tsunagi: the system gives no randomness\n";
        return 1;
    }

    CLI::App app{"Tsunagi: a consultation window on LINE and the web"};
    app.require_subcommand(1);
    std::string config_dir;
    std::string data_dir;
    std::string desk;
    const auto command = [&](const char* name, const char* help) {
        auto* sub = app.add_subcommand(name, help);
        sub->add_option("--config", config_dir, "folder with tsunagi.yaml and desks/")->required();
        return sub;
    };

    auto* serve = command("serve", "run the server");
    serve->add_option("--data", data_dir, "folder for what is kept; wins over config");
    auto* check = command("check", "check everything in config and run the transcripts that flows carry");
    auto* talk = command("talk", "converse with a desk's flow in the terminal");
    talk->add_option("--desk", desk, "the desk's id")->required();

    auto* risk = command("risk", "what the detector says of each line of standard input, as a line of JSON");

    auto* account = app.add_subcommand("account", "staff accounts");
    account->require_subcommand(1);
    ops::AccountOptions new_account;
    auto* add = account->add_subcommand("add", "make an account; the password is read from standard input");
    add->add_option("--config", new_account.config_dir, "folder with tsunagi.yaml and desks/")->required();
    add->add_option("--data", new_account.data_dir, "folder for what is kept")->required();
    add->add_option("--desk", new_account.desk, "the desk's id")->required();
    add->add_option("--login", new_account.login, "2 to 64 of a-z 0-9 . _ -")->required();
    add->add_option("--role", new_account.role, "counselor, supervisor, peer_concierge, desk_manager or auditor")->required();
    add->add_option("--name", new_account.name, "what colleagues and people see")->required();
    add->add_flag("--unless-exists", new_account.unless_exists, "succeed when the login is already there");

    CLI11_PARSE(app, argc, argv);

    if (serve->parsed())
        return ops::serve({config_dir, data_dir.empty() ? std::nullopt : std::optional<std::filesystem::path>(data_dir)});
    if (check->parsed()) return ops::check(config_dir, std::cout);
    if (talk->parsed()) return ops::talk(config_dir, desk, std::cin, std::cout);
    if (risk->parsed()) return ops::risk(config_dir, std::cin, std::cout);
    if (add->parsed()) return ops::add_account(new_account, std::cin, std::cerr);
    return 2;
}
