// pulumi-language-nodejs: just enough of Pulumi's LanguageRuntime to run a program that Node loads by itself.
// It stands in for Pulumi's own host, whose Go module is not published, where the CLI is built from source.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	// Exit code of @pulumi/pulumi/cmd/run once it has told the user itself what failed.
	alreadyReported = 32
	maxMessage      = 400 << 20
)

type languageHost struct {
	rpc.UnimplementedLanguageRuntimeServer
	engine string
}

func (*languageHost) Handshake(context.Context, *rpc.LanguageHandshakeRequest) (*rpc.LanguageHandshakeResponse, error) {
	return &rpc.LanguageHandshakeResponse{}, nil
}

func (*languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: "0.1.0"}, nil
}

// No package is asked for: Pulumi.yaml names the only plugin.
func (*languageHost) GetRequiredPackages(context.Context, *rpc.GetRequiredPackagesRequest) (*rpc.GetRequiredPackagesResponse, error) {
	return &rpc.GetRequiredPackagesResponse{}, nil
}

func (*languageHost) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (host *languageHost) Run(ctx context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	command, err := host.command(ctx, request)
	if err != nil {
		return nil, err
	}
	var exit *exec.ExitError
	if err := command.Run(); errors.As(err, &exit) && exit.ExitCode() == alreadyReported {
		return &rpc.RunResponse{Bail: true}, nil
	} else if err != nil {
		return &rpc.RunResponse{Error: fmt.Sprintf("the program failed: %v", err)}, nil
	}
	return &rpc.RunResponse{}, nil
}

func (host *languageHost) command(ctx context.Context, request *rpc.RunRequest) (*exec.Cmd, error) {
	program := request.GetInfo()
	runner, err := findRunner(program.GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	options := program.GetOptions().AsMap()
	nodeArgs, _ := options["nodeargs"].(string)
	typescript, given := options["typescript"].(bool)
	arguments := append(strings.Fields(nodeArgs), runner,
		"--monitor", request.GetMonitorAddress(), "--engine", host.engine,
		"--project", request.GetProject(), "--stack", request.GetStack(),
		"--organization", request.GetOrganization(), "--root-directory", program.GetRootDirectory(),
		"--pwd", request.GetPwd(), "--parallel", strconv.Itoa(int(request.GetParallel())))
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(append(arguments, program.GetEntryPoint()), request.GetArgs()...)
	command := exec.CommandContext(ctx, "node", arguments...)
	command.Dir, command.Stdout, command.Stderr = request.GetPwd(), os.Stdout, os.Stderr
	command.Env = append(os.Environ(),
		"PULUMI_CONFIG="+string(config),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys),
		"PULUMI_NODEJS_TYPESCRIPT="+strconv.FormatBool(typescript || !given))
	return command, nil
}

func findRunner(program string) (string, error) {
	// A shell may be in the folder through a link; Node looks above where a program really is.
	folder, err := filepath.EvalSymlinks(program)
	if err != nil {
		return "", err
	}
	for at := folder; ; at = filepath.Dir(at) {
		runner := filepath.Join(at, "node_modules", "@pulumi", "pulumi", "cmd", "run")
		if _, err := os.Stat(runner); err == nil {
			return runner, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("@pulumi/pulumi is not installed at or above %s: run npm install", folder)
		}
	}
}

// A CLI that was killed can't stop us, so its going is noticed here.
func exitWithParent(parent int) {
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	rpc.RegisterLanguageRuntimeServer(server, &languageHost{engine: os.Args[len(os.Args)-1]})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "started by pulumi, with the engine's address as last argument")
		os.Exit(2)
	}
	go exitWithParent(os.Getppid())
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
